/* Tallies of calls as they are read. What each call changes of its function lies in two lines of the cache. */
#include <stdlib.h>

#include "analyze/active.h"
#include "analyze/tally.h"
#include "base/saturate.h"
#include "calls/pairing.h"

/* Of one function: what most calls change. */
struct counts {
    uint64_t calls, untimed; /* untimed: events */
    struct took self, total;
    int64_t least[2], most[2]; /* of single calls: [1] as recorded, [0] less what the probe cost */
    uint64_t own_bound;        /* tally.own's */
    bool seen;
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct counts) == 128, "two lines of the cache");

/* And what few do. */
struct rest {
    struct took min[2], max[2];
    uint64_t more_ticks, more_cost; /* by so much all calls' totals are more than those of the outermost */
    uint64_t jumped, open;
    int64_t more_events; /* by so much these are more than two a call */
};

/* What one worker reads goes here. */
struct teller {
    const uint32_t *same;
    struct counts *counts; /* by function */
    struct rest *rest;
    uint32_t functions;
    struct active *active;
    struct sums sums;         /* but for what the functions' counts come to */
    struct call_parts *parts; /* of the piece being read */
    struct error *error;
};

static inline __attribute__((always_inline)) int begin(void *context, struct call *call, const struct call *parent)
{
    struct teller *teller = context;
    uint32_t function = teller->same[call->function];
    if (parent != NULL && call->gap_slack != 0)
        took_bound(&teller->counts[teller->same[parent->function]].self, call->start_run, call->gap_slack);
    int64_t outer = active_begin(teller->active, call->stack, function);
    if (outer < 0)
        return error_set(teller->error, "out of memory for open calls");
    if (outer == 0)
        took_bound(&teller->counts[function].total, call->start_run, call->start_slack);
    return 0;
}

/* ---- counting --------------------------------------------------------------------------------------------------- */

/* Which of two calls of one length stands for both must not depend on their order. */
static __attribute__((noinline)) void take_extremes(struct counts *counts, struct rest *rest, uint64_t ticks,
                                                    uint64_t cost, uint64_t bound)
{
    const struct took took = {ticks, cost, bound, 0};
    for (int raw = 0; raw < 2; raw++) {
        int64_t length = took_length(&took, raw);
        if (length < counts->least[raw] || (length == counts->least[raw] && took_before(&took, &rest->min[raw]))) {
            counts->least[raw] = length;
            rest->min[raw] = took;
        }
        if (length > counts->most[raw] || (length == counts->most[raw] && took_before(&took, &rest->max[raw]))) {
            counts->most[raw] = length;
            rest->max[raw] = took;
        }
    }
}

static inline struct took took_of(const struct call *call)
{
    return (struct took){call_total_ticks(call), call_total_cost(call), call_slack(call), 0};
}

static inline __attribute__((always_inline)) void count_call(struct teller *teller, uint32_t function,
                                                             const struct took *took)
{
    struct counts *counts = &teller->counts[function];
    int64_t length = took_length(took, false), raw = took_length(took, true);
    if (length <= counts->least[0] || raw <= counts->least[1] || length >= counts->most[0] || raw >= counts->most[1])
        take_extremes(counts, &teller->rest[function], took->ticks, took->cost, took->bound);
    counts->calls++;
    if (took->bound != 0)
        counts->own_bound = saturating_add(counts->own_bound, took->bound);
}

static void count_events(struct teller *teller, uint32_t function, uint32_t flags)
{
    teller->counts[function].untimed += ((flags & CALL_UNTIMED_START) != 0) + ((flags & CALL_UNTIMED_END) != 0);
}

/* A call that was inherited or began before the range has no entry, one that was ended by something else no exit. */
static void count_odd_call(struct teller *teller, uint32_t function, const struct call *call)
{
    struct rest *rest = &teller->rest[function];
    bool entry = call_counts(call), exit = (call->flags & (CALL_JUMPED | CALL_OPEN | CALL_CUT | CALL_LATER)) == 0;
    uint32_t unseen = (entry ? 0 : CALL_UNTIMED_START) | (exit ? 0 : CALL_UNTIMED_END);
    teller->counts[function].seen = true; /* its parts may have ended before others */
    count_events(teller, function, call->flags & ~unseen);
    rest->more_events += entry + exit;
    if (!entry)
        return;
    const struct took took = took_of(call);
    count_call(teller, function, &took);
    rest->more_events -= 2;
    rest->jumped += (call->flags & CALL_JUMPED) != 0;
    rest->open += (call->flags & CALL_OPEN) != 0;
}

static void whole(void *context, const struct call *call)
{
    struct teller *teller = context;
    count_odd_call(teller, teller->same[call->function], call);
}

/* Of a call in parts the times are counted part by part, all else once it is whole. */
static int end_odd_call(struct teller *teller, uint32_t function, const struct call *call)
{
    if ((call->flags & (CALL_INHERITED | CALL_EARLIER)) != 0) {
        teller->rest[function].more_ticks -= call_total_ticks(call);
        teller->rest[function].more_cost -= call_total_cost(call);
    }
    sums_flags(&teller->sums, call);
    if (!call_is_part(call)) {
        count_odd_call(teller, function, call);
        return 0;
    }
    return call_parts_add(teller->parts, call) == 0 ? 0 : error_set(teller->error, "out of memory for open calls");
}

/* Reads the call before it counts anything: what the compiler knows of it is forgotten then. */
static inline __attribute__((always_inline)) int end(void *context, struct call *call, const struct call *parent)
{
    struct teller *teller = context;
    (void)parent;
    const uint32_t function = teller->same[call->function], flags = call->flags;
    const struct took took = took_of(call);
    const uint64_t stack = call->stack, run = call->end_run, end_slack = call->end_slack, gap_slack = call->gap_slack;
    struct counts *counts = &teller->counts[function];
    counts->seen = true;
    took_add(&counts->self, call_self_ticks(call), call_self_cost(call));
    took_bound(&counts->self, run, gap_slack);
    if (active_end(teller->active, stack, function) == 0) {
        took_add(&counts->total, took.ticks, took.cost);
        took_bound(&counts->total, run, end_slack);
    } else {
        teller->rest[function].more_ticks += took.ticks;
        teller->rest[function].more_cost += took.cost;
    }
    if (!call_is_plain(call)) {
        const struct call odd = *call; /* so that no other needs an address */
        return end_odd_call(teller, function, &odd);
    }
    count_call(teller, function, &took);
    if (flags != 0)
        count_events(teller, function, flags);
    return 0;
}

/* As begin() and end() together. */
static inline __attribute__((always_inline)) int untimed(void *context, struct call *call, const struct call *parent)
{
    struct teller *teller = context;
    const uint32_t function = teller->same[call->function];
    const struct took took = took_of(call);
    const uint64_t run = call->end_run;
    struct counts *counts = &teller->counts[function];
    if (parent != NULL)
        took_bound(&teller->counts[teller->same[parent->function]].self, run, took.bound);
    counts->seen = true;
    counts->untimed += 2;
    took_add(&counts->self, took.ticks, took.cost);
    took_bound(&counts->self, run, took.bound);
    if (active_count(teller->active, call->stack, function) == 0) {
        took_add(&counts->total, took.ticks, took.cost);
        took_bound(&counts->total, run, took.bound);
    } else {
        teller->rest[function].more_ticks += took.ticks;
        teller->rest[function].more_cost += took.cost;
    }
    count_call(teller, function, &took);
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    struct teller *teller = context;
    sums_note(&teller->sums, event);
    return 0;
}

static void gap(void *context, const struct call *call, uint64_t run, uint64_t slack)
{
    const struct teller *teller = context;
    took_bound(&teller->counts[teller->same[call->function]].self, run, slack);
}

static const struct tape_event *plain(struct calls *calls, const struct tape_event *event,
                                      const struct tape_event *last, int *status)
{
    return pair_plain(calls, begin, end, untimed, event, last, status);
}

/* ---- together --------------------------------------------------------------------------------------------------- */

static struct tally tally_of(const struct counts *counts, const struct rest *rest)
{
    uint64_t ticks = counts->total.ticks + rest->more_ticks, cost = counts->total.cost + rest->more_cost;
    return (struct tally){
        .calls = counts->calls,
        .self = counts->self,
        .total = counts->total,
        .own = {ticks, cost, counts->own_bound, 0},
        .timed = 2 * counts->calls + (uint64_t)rest->more_events - counts->untimed,
        .untimed = counts->untimed,
        .jumped = rest->jumped,
        .open = rest->open,
        .min = {rest->min[0], rest->min[1]},
        .max = {rest->max[0], rest->max[1]},
    };
}

static void pour(struct tallies *tallies, struct teller *teller)
{
    for (uint32_t i = 0; i < teller->functions; i++) {
        if (!teller->counts[i].seen)
            continue;
        const struct tally tally = tally_of(&teller->counts[i], &teller->rest[i]);
        teller->sums.calls += tally.calls;
        teller->sums.traced_ticks += tally.self.ticks;
        teller->sums.traced_cost += tally.self.cost;
        tally_add(&tallies->of[i], &tally);
    }
    sums_move(&tallies->sums, &teller->sums);
}

static int enter(void *context, uint32_t thread, struct call_parts *parts)
{
    struct teller *teller = context;
    (void)thread;
    teller->parts = parts;
    return 0;
}

static int init_teller(struct teller *teller, const struct tallies *tallies, struct error *error)
{
    uint32_t functions = tallies->functions;
    *teller = (struct teller){
        .same = tallies->same,
        .counts = aligned_alloc(_Alignof(struct counts), functions * sizeof *teller->counts),
        .rest = calloc(functions, sizeof *teller->rest),
        .functions = functions,
        .active = active_create(functions),
        .error = error,
    };
    if (teller->counts == NULL || teller->rest == NULL || teller->active == NULL)
        return -1;
    for (uint32_t i = 0; i < functions; i++)
        teller->counts[i] = (struct counts){.least = {INT64_MAX, INT64_MAX}, .most = {INT64_MIN, INT64_MIN}};
    return 0;
}

static void free_tellers(struct teller *tellers, uint32_t count)
{
    for (uint32_t i = 0; tellers != NULL && i < count; i++) {
        active_destroy(tellers[i].active);
        free(tellers[i].counts);
        free(tellers[i].rest);
    }
    free(tellers);
}

static int tell(struct tallies *tallies, struct teller *tellers, struct calls_crew *crew, struct tape *tape,
                const struct filter_choice *choice, const struct calls_watch *watch, struct error *error)
{
    struct calls_receiver *receivers = calloc(crew->share.workers, sizeof *receivers);
    int status = receivers != NULL ? 0 : -1;
    for (uint32_t i = 0; status == 0 && i < crew->share.workers; i++) {
        receivers[i] = (struct calls_receiver){
            .begin = begin, .end = end, .note = note, .context = &tellers[i], .gap = gap, .plain = plain};
        status = init_teller(&tellers[i], tallies, &crew->errors[i]);
    }
    crew->receivers = receivers;
    if (status != 0)
        error_set(error, "out of memory for %u functions", tallies->functions);
    else
        status = calls_of_tape(tape, choice, crew, watch, &tallies->sums.times, &tallies->sums.left, error);
    for (uint32_t i = 0; status == 0 && i < crew->share.workers; i++)
        pour(tallies, &tellers[i]);
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
