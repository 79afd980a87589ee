#include "analyze/tally.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/active.h"

/* One thread's events being read. */
struct teller {
    const uint32_t *same;
    struct tally *of;
    struct active *active;
    struct sums *sums;
    struct error *error;
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

static void count_odd_call(struct tally *tally, const struct call *call)
{
    if (call_counts(call)) {
        count_call(tally, call);
        tally->jumped += (call->flags & CALL_JUMPED) != 0;
        tally->open += (call->flags & CALL_OPEN) != 0;
    }
    count_odd_events(tally, call);
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
    if (call_is_plain(call)) {
        count_call(tally, call);
        count_events(tally, call);
    } else {
        count_odd_call(tally, call);
    }
    sums_call(teller->sums, call);
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

int tallies_of_thread(struct tallies *tallies, struct tape *tape, uint32_t thread, const struct filter_choice *choice,
                      const struct calls_watch *watch, struct error *error)
{
    struct teller teller = {tallies->same, tallies->of, active_create(tallies->functions), &tallies->sums, error};
    if (teller.active == NULL)
        return error_set(error, "out of memory for %u functions", tallies->functions);
    const struct calls_receiver receiver = {.begin = begin, .end = end, .note = note, .context = &teller, .gap = gap};
    struct sums *sums = &tallies->sums;
    int status = calls_of_thread(tape, thread, choice, &receiver, watch, &sums->times, &sums->left, error);
    active_destroy(teller.active);
    return status;
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
