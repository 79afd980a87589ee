#include "analyze/tally.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/active.h"

/* What one worker reads goes here. */
struct teller {
    const uint32_t *same;
    struct tally *of;
    struct active *active;
    struct sums *sums;
    struct call_parts *parts; /* of the piece being read */
    struct error *error;
    struct tallies tallies;
};

int tallies_init(struct tallies *tallies, const struct tape *tape)
{
    const struct tape_function *functions = tape_functions(tape, &tallies->functions);
    uint32_t *same = malloc(tallies->functions * sizeof *same);
    for (uint32_t i = 0; same != NULL && i < tallies->functions; i++)
        same[i] = functions[i].same;
    tallies->same = same;
    tallies->of = calloc(tallies->functions, sizeof *tallies->of);
    tallies->sums = (struct sums){0};
    return tallies->of != NULL && same != NULL ? 0 : -1;
}

void tallies_free(struct tallies *tallies)
{
    free(tallies->of);
    free((void *)(uintptr_t)tallies->same);
    tallies->of = NULL;
    tallies->same = NULL;
}

void tallies_group(struct tallies *tallies, const uint32_t *keys)
{
    memcpy((void *)(uintptr_t)tallies->same, keys, tallies->functions * sizeof *keys);
}

/* ---- of a thread's events ---- */

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct teller *teller = context;
    uint32_t function = teller->same[call->function];
    if (parent != NULL)
        took_bound(&teller->of[teller->same[parent->function]].self, call->start_run, call->gap_slack);
    int64_t outer = active_begin(teller->active, call->stack, function);
    if (outer < 0)
        return error_set(teller->error, "out of memory for open calls");
    if (outer == 0)
        took_bound(&teller->of[function].total, call->start_run, call->start_slack);
    return 0;
}

/* What calls are compared by. */
static inline int64_t shown_ticks(const struct took *took, bool raw)
{
    return (int64_t)(took->ticks - (raw ? 0 : took->cost / 16));
}

/* Which of two calls of one key stands for both must not depend on their order. */
static bool comes_before(const struct took *a, const struct took *b)
{
    return a->ticks != b->ticks ? a->ticks < b->ticks : a->cost != b->cost ? a->cost < b->cost : a->bound < b->bound;
}

static inline void take_extremes(struct tally *to, bool first, const struct took min[2], const struct took max[2])
{
    for (int raw = 0; raw < 2; raw++) {
        int64_t least = shown_ticks(&min[raw], raw), most = shown_ticks(&max[raw], raw);
        if (first || least < to->least[raw] || (least == to->least[raw] && comes_before(&min[raw], &to->min[raw]))) {
            to->least[raw] = least;
            to->min[raw] = min[raw];
        }
        if (first || most > to->most[raw] || (most == to->most[raw] && comes_before(&max[raw], &to->max[raw]))) {
            to->most[raw] = most;
            to->max[raw] = max[raw];
        }
    }
}

static inline void count_call(struct tally *tally, const struct call *call)
{
    const struct took took = {call_total_ticks(call), call_total_cost(call), call_slack(call), 0};
    take_extremes(tally, tally->calls == 0, (struct took[]){took, took}, (struct took[]){took, took});
    took_add(&tally->own, took.ticks, took.cost);
    took_bound(&tally->own, ++tally->calls, took.bound);
}

/* A call that was inherited or began before the range has no entry, one that was ended by something else no exit. */
static void count_odd_events(struct tally *tally, const struct call *call)
{
    uint32_t flags = call->flags;
    bool entry = call_counts(call), exit = (flags & (CALL_JUMPED | CALL_OPEN | CALL_CUT | CALL_LATER)) == 0;
    bool untimed_entry = entry && (flags & CALL_UNTIMED_START) != 0;
    bool untimed_exit = exit && (flags & CALL_UNTIMED_END) != 0;
    tally->untimed += untimed_entry + untimed_exit;
    tally->timed += entry + exit - untimed_entry - untimed_exit;
}

static inline void count_events(struct tally *tally, const struct call *call)
{
    uint32_t untimed = ((call->flags & CALL_UNTIMED_START) != 0) + ((call->flags & CALL_UNTIMED_END) != 0);
    tally->untimed += untimed;
    tally->timed += 2 - untimed;
}

/* A call in parts is counted once it is whole. */
static int count_odd_call(const struct teller *teller, struct tally *tally, const struct call *call)
{
    if (call_is_part(call))
        return call_parts_add(teller->parts, call) == 0 ? 0 : error_set(teller->error, "out of memory for open calls");
    if (call_counts(call)) {
        count_call(tally, call);
        tally->jumped += (call->flags & CALL_JUMPED) != 0;
        tally->open += (call->flags & CALL_OPEN) != 0;
    }
    count_odd_events(tally, call);
    return 0;
}

static void whole(void *context, const struct call *call)
{
    struct teller *teller = context;
    count_odd_call(teller, &teller->of[teller->same[call->function]], call);
}

static int enter(void *context, uint32_t thread, struct call_parts *parts)
{
    struct teller *teller = context;
    (void)thread;
    teller->parts = parts;
    return 0;
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct teller *teller = context;
    (void)parent;
    uint32_t function = teller->same[call->function];
    struct tally *tally = &teller->of[function];
    tally->seen = true;
    took_add(&tally->self, call_self_ticks(call), call_self_cost(call));
    took_bound(&tally->self, call->end_run, call->gap_slack);
    if (active_end(teller->active, call->stack, function) == 0) {
        took_add(&tally->total, call_total_ticks(call), call_total_cost(call));
        took_bound(&tally->total, call->end_run, call->end_slack);
    }
    sums_call(teller->sums, call);
    if (!call_is_plain(call))
        return count_odd_call(teller, tally, call);
    count_call(tally, call);
    count_events(tally, call);
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    struct teller *teller = context;
    sums_note(teller->sums, event);
    return 0;
}

static void gap(void *context, const struct call *call, uint64_t run, uint64_t slack)
{
    const struct teller *teller = context;
    took_bound(&teller->of[teller->same[call->function]].self, run, slack);
}

/* Empty, but for what `like` says of functions. */
static int init_teller(struct teller *teller, const struct tallies *like, struct error *error)
{
    teller->tallies = (struct tallies){.same = like->same, .functions = like->functions};
    teller->of = teller->tallies.of = calloc(like->functions, sizeof *teller->of);
    teller->same = like->same;
    teller->sums = &teller->tallies.sums;
    teller->active = active_create(like->functions);
    teller->error = error;
    return teller->of != NULL && teller->active != NULL ? 0 : -1;
}

static void free_tellers(struct teller *tellers, uint32_t count)
{
    for (uint32_t i = 0; tellers != NULL && i < count; i++) {
        active_destroy(tellers[i].active);
        free(tellers[i].of);
    }
    free(tellers);
}

static int tell(struct tallies *tallies, struct teller *tellers, struct calls_crew *crew, struct tape *tape,
                const struct filter_choice *choice, const struct calls_watch *watch, struct error *error)
{
    struct calls_receiver *receivers = calloc(crew->share.workers, sizeof *receivers);
    int status = receivers != NULL ? 0 : -1;
    for (uint32_t i = 0; status == 0 && i < crew->share.workers; i++) {
        receivers[i] =
            (struct calls_receiver){.begin = begin, .end = end, .note = note, .context = &tellers[i], .gap = gap};
        status = init_teller(&tellers[i], tallies, &crew->errors[i]);
    }
    crew->receivers = receivers;
    if (status != 0)
        error_set(error, "out of memory for %u functions", tallies->functions);
    else
        status = calls_of_tape(tape, choice, crew, watch, &tallies->sums.times, &tallies->sums.left, error);
    for (uint32_t i = 0; status == 0 && i < crew->share.workers; i++)
        tallies_move(tallies, &tellers[i].tallies);
    free(receivers);
    return status;
}

static int try_share(struct tallies *tallies, struct tape *tape, const struct calls_share *share,
                     const struct filter_choice *choice, const struct calls_watch *watch, struct error *error)
{
    struct teller *tellers = calloc(share->workers, sizeof *tellers);
    struct error *errors = calloc(share->workers, sizeof *errors);
    struct calls_crew crew = {.share = *share, .errors = errors, .enter = enter, .whole = whole};
    int status = -1;
    if (tellers != NULL && errors != NULL)
        status = tell(tallies, tellers, &crew, tape, choice, watch, error);
    else
        error_set(error, "out of memory for %u readers", share->workers);
    free_tellers(tellers, share->workers);
    free(errors);
    return status;
}

int tallies_of_threads(struct tallies *tallies, struct tape *tape, const struct calls_share *share,
                       const struct filter_choice *choice, const struct calls_watch *watch, struct error *error)
{
    int status = try_share(tallies, tape, share, choice, watch, error);
    if (status != CALLS_MISFIT)
        return status;
    struct calls_share whole_threads = *share;
    whole_threads.piece_events = UINT64_MAX;
    return try_share(tallies, tape, &whole_threads, choice, NULL, error);
}

int tallies_of_thread(struct tallies *tallies, struct tape *tape, uint32_t thread, const struct filter_choice *choice,
                      const struct calls_watch *watch, struct error *error)
{
    const struct calls_share share = calls_share(tape, &thread, 1);
    return tallies_of_threads(tallies, tape, &share, choice, watch, error);
}

/* ---- together ---- */

void tally_add(struct tally *to, const struct tally *from)
{
    if (from->calls != 0)
        take_extremes(to, to->calls == 0, from->min, from->max);
    took_join(&to->total, &from->total);
    took_join(&to->self, &from->self);
    took_join(&to->own, &from->own);
    to->calls += from->calls;
    to->jumped += from->jumped;
    to->open += from->open;
    to->timed += from->timed;
    to->untimed += from->untimed;
    to->seen = true;
}

void tallies_move(struct tallies *to, struct tallies *from)
{
    for (uint32_t i = 0; i < from->functions; i++) {
        if (!from->of[i].seen)
            continue;
        tally_add(&to->of[i], &from->of[i]);
        from->of[i] = (struct tally){0};
    }
    sums_move(&to->sums, &from->sums);
}

/* ---- as numbers ---- */

enum { TOOK_NUMBERS = 3, TALLY_TOOKS = 7, TALLY_NUMBERS = 4 + TALLY_TOOKS * TOOK_NUMBERS };

static void list_tooks(struct tally *tally, struct took *tooks[TALLY_TOOKS])
{
    struct took *list[TALLY_TOOKS] = {&tally->total,  &tally->self,   &tally->own,   &tally->min[0],
                                      &tally->max[0], &tally->min[1], &tally->max[1]};
    memcpy(tooks, list, sizeof list);
}

static uint64_t *put_tally(uint64_t *to, uint32_t function, const struct tally *tally)
{
    struct tally copy = *tally;
    struct took *tooks[TALLY_TOOKS];
    list_tooks(&copy, tooks);
    *to++ = function;
    *to++ = tally->calls;
    *to++ = tally->jumped;
    *to++ = tally->open;
    for (int i = 0; i < TALLY_TOOKS; i++) {
        *to++ = tooks[i]->ticks;
        *to++ = tooks[i]->cost;
        *to++ = tooks[i]->bound;
    }
    return to;
}

static void get_tally(struct tally *tally, const uint64_t *from)
{
    struct took *tooks[TALLY_TOOKS];
    list_tooks(tally, tooks);
    tally->calls = from[1];
    tally->jumped = from[2];
    tally->open = from[3];
    tally->seen = true;
    from += 4;
    for (int i = 0; i < TALLY_TOOKS; i++, from += TOOK_NUMBERS)
        *tooks[i] = (struct took){from[0], from[1], from[2], 0};
    for (int raw = 0; raw < 2; raw++) {
        tally->least[raw] = shown_ticks(&tally->min[raw], raw);
        tally->most[raw] = shown_ticks(&tally->max[raw], raw);
    }
}

uint64_t *tallies_numbers(const struct tallies *tallies, size_t *count)
{
    size_t rows = 0;
    for (uint32_t i = 0; i < tallies->functions; i++)
        rows += tallies->of[i].seen;
    uint64_t *numbers = malloc((SUMS_NUMBERS + rows * TALLY_NUMBERS) * sizeof *numbers), *to = numbers;
    if (numbers == NULL)
        return NULL;
    sums_numbers(&tallies->sums, to);
    to += SUMS_NUMBERS;
    for (uint32_t i = 0; i < tallies->functions; i++)
        if (tallies->of[i].seen)
            to = put_tally(to, i, &tallies->of[i]);
    *count = (size_t)(to - numbers);
    return numbers;
}

/* Functions rise, and are the lowest of their same. */
static bool can_be(const struct tallies *tallies, const uint64_t *numbers, size_t count)
{
    if (count < SUMS_NUMBERS || (count - SUMS_NUMBERS) % TALLY_NUMBERS != 0)
        return false;
    uint64_t least = 0;
    for (size_t i = SUMS_NUMBERS; i < count; i += TALLY_NUMBERS) {
        if (numbers[i] < least || numbers[i] >= tallies->functions)
            return false;
        least = numbers[i] + 1;
    }
    return true;
}

bool tallies_load(struct tallies *tallies, const uint64_t *numbers, size_t count)
{
    if (!can_be(tallies, numbers, count))
        return false;
    sums_load(&tallies->sums, numbers);
    for (size_t i = SUMS_NUMBERS; i < count; i += TALLY_NUMBERS)
        get_tally(&tallies->of[numbers[i]], numbers + i);
    return true;
}
