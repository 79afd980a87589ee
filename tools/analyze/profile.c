#include "analyze/profile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/active.h"

struct tally {
    uint64_t calls, jumped, open;
    struct took total, self, own, min, max; /* own: of all calls, recursive ones too; its bound counts runs each time */
    bool seen;
};

struct maker {
    const struct tape_function *functions;
    struct tally *tallies; /* by function.same */
    struct active *active;
    struct sums *sums;
    uint64_t runs_before; /* of the threads before */
    uint64_t last_run;    /* of this one */
    struct error *error;
};

static struct tally *tally_of(const struct maker *maker, const struct call *call)
{
    return &maker->tallies[maker->functions[call->function].same];
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct maker *maker = context;
    uint64_t run = maker->runs_before + call->start_run;
    if (parent != NULL)
        took_bound(&tally_of(maker, parent)->self, run, call->gap_slack);
    int64_t outer = active_begin(maker->active, call->stack, maker->functions[call->function].same);
    if (outer < 0)
        return error_set(maker->error, "out of memory for open calls");
    if (outer == 0)
        took_bound(&tally_of(maker, call)->total, run, call->start_slack);
    return 0;
}

/* What calls are compared by. */
static int64_t shown_ticks(const struct maker *maker, const struct took *took)
{
    return (int64_t)(took->ticks - (maker->sums->raw ? 0 : took->cost / 16));
}

static void count_call(struct maker *maker, struct tally *tally, const struct call *call)
{
    const struct took took = {call_total_ticks(call), call_total_cost(call), call_slack(call), 0};
    if (tally->calls == 0 || shown_ticks(maker, &took) < shown_ticks(maker, &tally->min))
        tally->min = took;
    if (tally->calls == 0 || shown_ticks(maker, &took) > shown_ticks(maker, &tally->max))
        tally->max = took;
    took_add(&tally->own, took.ticks, took.cost);
    took_bound(&tally->own, ++tally->calls, took.bound);
    tally->jumped += (call->flags & CALL_JUMPED) != 0;
    tally->open += (call->flags & CALL_OPEN) != 0;
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct maker *maker = context;
    (void)parent;
    struct tally *tally = tally_of(maker, call);
    uint64_t run = maker->runs_before + call->end_run;
    maker->last_run = call->end_run;
    tally->seen = true;
    took_add(&tally->self, call_self_ticks(call), call_self_cost(call));
    took_bound(&tally->self, run, call->gap_slack);
    if (active_end(maker->active, call->stack, maker->functions[call->function].same) == 0) {
        took_add(&tally->total, call_total_ticks(call), call_total_cost(call));
        took_bound(&tally->total, run, call->end_slack);
    }
    if (call_counts(call))
        count_call(maker, tally, call);
    sums_call(maker->sums, call);
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    struct maker *maker = context;
    sums_note(maker->sums, event);
    return 0;
}

static void gap(void *context, const struct call *call, uint64_t run, uint64_t slack)
{
    const struct maker *maker = context;
    took_bound(&tally_of(maker, call)->self, maker->runs_before + run, slack);
}

/* Where no call was made by another of the same function, all are outermost, and a run counts once for them all. */
static struct took average_of(const struct tally *tally)
{
    bool recursive = tally->own.ticks != tally->total.ticks;
    uint64_t calls = tally->calls != 0 ? tally->calls : 1, bound = (recursive ? &tally->own : &tally->total)->bound;
    return (struct took){tally->own.ticks / calls, tally->own.cost / calls, bound / calls + (bound % calls != 0), 0};
}

static struct profile_row make_row(uint32_t function, const struct tally *tally, struct scale scale, bool raw)
{
    const struct took average = average_of(tally);
    struct profile_row row = {
        .function = function,
        .calls = tally->calls,
        .total = took_duration(&tally->total, scale, raw),
        .self = took_duration(&tally->self, scale, raw),
        .average = took_duration(&average, scale, raw),
        .min = took_duration(&tally->min, scale, raw),
        .max = took_duration(&tally->max, scale, raw),
        .jumped = tally->jumped,
        .open = tally->open,
    };
    if (row.total.ns < row.self.ns)
        row.total.ns = row.self.ns;
    return row;
}

/* Shares are of what the rows show, so that they are of one whole. */
static void share_out(struct profile *profile)
{
    uint64_t shown = 0;
    for (size_t i = 0; i < profile->count; i++)
        shown += profile->rows[i].self.ns;
    for (size_t i = 0; i < profile->count; i++)
        profile->rows[i].share = shown != 0 ? (double)profile->rows[i].self.ns / (double)shown : 0;
    profile->sums.excess_ns = scale_less(shown, profile->sums.traced_ns);
}

static int make_rows(struct profile *profile, const struct tally *tallies, uint32_t functions, struct scale scale)
{
    for (uint32_t i = 0; i < functions; i++)
        profile->count += tallies[i].seen;
    profile->rows = malloc((profile->count + 1) * sizeof *profile->rows);
    if (profile->rows == NULL)
        return -1;
    struct profile_row *row = profile->rows;
    for (uint32_t i = 0; i < functions; i++)
        if (tallies[i].seen)
            *row++ = make_row(i, &tallies[i], scale, profile->sums.raw);
    share_out(profile);
    return 0;
}

static int read_threads(struct maker *maker, struct tape *tape, const struct filter_choice *choice,
                        const struct calls_watch *watch)
{
    const struct calls_receiver receiver = {begin, end, note, maker, gap};
    struct sums *sums = maker->sums;
    for (uint32_t i = 0; i < filter_threads(choice, tape); i++) {
        if (calls_of_thread(tape, filter_thread(choice, i), choice, &receiver, watch, &sums->times, &sums->left,
                            maker->error) != 0)
            return -1;
        maker->runs_before += maker->last_run;
        maker->last_run = 0;
    }
    return 0;
}

int profile_make(struct profile *profile, struct tape *tape, const struct filter_choice *choice, bool raw,
                 const struct calls_watch *watch, struct error *error)
{
    uint32_t functions;
    *profile = (struct profile){.sums = {.raw = raw}};
    struct maker maker = {.functions = tape_functions(tape, &functions), .sums = &profile->sums, .error = error};
    maker.tallies = calloc(functions, sizeof *maker.tallies);
    maker.active = active_create(functions);
    int status = -1;
    if (maker.tallies == NULL || maker.active == NULL)
        error_set(error, "out of memory for %u functions", functions);
    else
        status = read_threads(&maker, tape, choice, watch);
    if (status == 0) {
        sums_finish(&profile->sums, tape, choice);
        status = make_rows(profile, maker.tallies, functions, scale_of(tape));
        profile->sums.functions = profile->count;
        if (status != 0)
            error_set(error, "out of memory for %u functions", functions);
    }
    free(maker.tallies);
    active_destroy(maker.active);
    return status;
}

void profile_free(struct profile *profile)
{
    free(profile->rows);
    *profile = (struct profile){0};
}

struct sorting {
    enum profile_order order;
    const struct labels *labels;
};

static uint64_t key_of(const struct profile_row *row, enum profile_order order)
{
    switch (order) {
    case PROFILE_BY_SELF:
        return row->self.ns;
    case PROFILE_BY_TOTAL:
        return row->total.ns;
    case PROFILE_BY_CALLS:
        return row->calls;
    case PROFILE_BY_AVERAGE:
        return row->average.ns;
    case PROFILE_BY_MIN:
        return row->min.ns;
    case PROFILE_BY_MAX:
        return row->max.ns;
    case PROFILE_BY_NAME:
        return 0;
    }
    return 0;
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct sorting *sorting = context;
    const struct profile_row *one = a, *other = b;
    uint64_t left = key_of(one, sorting->order), right = key_of(other, sorting->order);
    if (left != right)
        return left > right ? -1 : 1;
    int order =
        strcmp(labels_get(sorting->labels, one->function)->name, labels_get(sorting->labels, other->function)->name);
    return order != 0 ? order : (one->function > other->function) - (one->function < other->function);
}

void profile_sort(struct profile *profile, enum profile_order order, const struct labels *labels)
{
    struct sorting sorting = {order, labels};
    qsort_r(profile->rows, profile->count, sizeof *profile->rows, compare_rows, &sorting);
}
