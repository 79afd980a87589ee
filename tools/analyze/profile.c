#include "analyze/profile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/active.h"

struct tally {
    uint64_t calls, total, self, own, min, max, jumped, open;
    bool seen;
};

struct maker {
    const struct tape_function *functions;
    struct tally *tallies; /* by function.same */
    struct active *active;
    struct sums *sums;
    struct error *error;
};

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct maker *maker = context;
    (void)parent;
    if (active_begin(maker->active, call->stack, maker->functions[call->function].same) < 0)
        return error_set(maker->error, "out of memory for open calls");
    return 0;
}

static void count_call(struct tally *tally, const struct call *call)
{
    uint64_t total = call_total_ticks(call);
    tally->min = tally->calls == 0 || total < tally->min ? total : tally->min;
    tally->max = total > tally->max ? total : tally->max;
    tally->own += total;
    tally->calls++;
    tally->jumped += (call->flags & CALL_JUMPED) != 0;
    tally->open += (call->flags & CALL_OPEN) != 0;
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct maker *maker = context;
    (void)parent;
    uint32_t function = maker->functions[call->function].same;
    struct tally *tally = &maker->tallies[function];
    tally->seen = true;
    tally->self += call_self_ticks(call);
    if (active_end(maker->active, call->stack, function) == 0)
        tally->total += call_total_ticks(call);
    if ((call->flags & CALL_INHERITED) == 0)
        count_call(tally, call);
    sums_call(maker->sums, call);
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    struct maker *maker = context;
    sums_note(maker->sums, event);
    return 0;
}

static struct profile_row make_row(uint32_t function, const struct tally *tally, struct scale scale,
                                   const struct sums *sums)
{
    return (struct profile_row){
        .function = function,
        .calls = tally->calls,
        .total_ns = scale_ns(scale, tally->total),
        .self_ns = scale_ns(scale, tally->self),
        .average_ns = tally->calls != 0 ? scale_ns(scale, tally->own / tally->calls) : 0,
        .min_ns = scale_ns(scale, tally->min),
        .max_ns = scale_ns(scale, tally->max),
        .jumped = tally->jumped,
        .open = tally->open,
        .share = sums->traced_ticks != 0 ? (double)tally->self / (double)sums->traced_ticks : 0,
    };
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
            *row++ = make_row(i, &tallies[i], scale, &profile->sums);
    return 0;
}

static int read_threads(struct maker *maker, struct tape *tape, const struct calls_watch *watch)
{
    const struct calls_receiver receiver = {begin, end, note, maker};
    uint32_t threads;
    tape_threads(tape, &threads);
    for (uint32_t i = 0; i < threads; i++)
        if (calls_of_thread(tape, i, &receiver, watch, maker->error) != 0)
            return -1;
    return 0;
}

int profile_make(struct profile *profile, struct tape *tape, const struct calls_watch *watch, struct error *error)
{
    uint32_t functions;
    *profile = (struct profile){0};
    struct maker maker = {.functions = tape_functions(tape, &functions), .sums = &profile->sums, .error = error};
    maker.tallies = calloc(functions, sizeof *maker.tallies);
    maker.active = active_create(functions);
    int status = -1;
    if (maker.tallies == NULL || maker.active == NULL)
        error_set(error, "out of memory for %u functions", functions);
    else
        status = read_threads(&maker, tape, watch);
    if (status == 0) {
        sums_finish(&profile->sums, tape);
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
        return row->self_ns;
    case PROFILE_BY_TOTAL:
        return row->total_ns;
    case PROFILE_BY_CALLS:
        return row->calls;
    case PROFILE_BY_AVERAGE:
        return row->average_ns;
    case PROFILE_BY_MIN:
        return row->min_ns;
    case PROFILE_BY_MAX:
        return row->max_ns;
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
