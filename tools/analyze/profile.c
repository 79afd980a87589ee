#include "analyze/profile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/tally.h"

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
        .min = took_duration(&tally->min[raw], scale, raw),
        .max = took_duration(&tally->max[raw], scale, raw),
        .jumped = tally->jumped,
        .open = tally->open,
        .timed = tally->timed,
        .untimed = tally->untimed,
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

static int make_rows(struct profile *profile, const struct tallies *tallies, struct scale scale)
{
    for (uint32_t i = 0; i < tallies->functions; i++)
        profile->count += tallies->of[i].seen;
    profile->rows = malloc((profile->count + 1) * sizeof *profile->rows);
    if (profile->rows == NULL)
        return -1;
    struct profile_row *row = profile->rows;
    for (uint32_t i = 0; i < tallies->functions; i++)
        if (tallies->of[i].seen)
            *row++ = make_row(i, &tallies->of[i], scale, profile->sums.raw);
    share_out(profile);
    return 0;
}

/* Whether what the tape has stored of the thread is in the tallies. */
static bool load_summary(struct tallies *tallies, struct tape *tape, uint32_t thread)
{
    uint64_t *numbers;
    size_t count;
    bool loaded = tape_summary(tape, thread, &numbers, &count) && tallies_load(tallies, numbers, count);
    free(numbers);
    return loaded;
}

/* Damage may have taken what a summary was made of. */
static int read_threads(struct tallies *all, struct tallies *one, struct tape *tape, const struct filter_choice *choice,
                        bool summaries, const struct calls_watch *watch, struct error *error)
{
    uint32_t threads;
    size_t damages;
    const struct tape_thread *thread = tape_threads(tape, &threads);
    tape_damages(tape, &damages);
    for (uint32_t i = 0; i < filter_threads(choice, tape); i++) {
        uint32_t chosen = filter_thread(choice, i);
        bool loaded = summaries && damages == 0 && load_summary(one, tape, chosen);
        if (!loaded && tallies_of_thread(one, tape, chosen, choice, watch, error) != 0)
            return -1;
        if (loaded && watch != NULL)
            watch->progress(watch->context, thread[chosen].events);
        tallies_move(all, one);
    }
    return 0;
}

int profile_make(struct profile *profile, struct tape *tape, const struct filter_choice *choice,
                 enum profile_flag flags, const struct calls_watch *watch, struct error *error)
{
    *profile = (struct profile){0};
    struct tallies all = {0}, one = {0};
    int status = -1;
    if (tallies_init(&all, tape) != 0 || tallies_init(&one, tape) != 0)
        error_set(error, "out of memory for %u functions", all.functions);
    else
        status = read_threads(&all, &one, tape, choice, choice == NULL && (flags & PROFILE_DECODE) == 0, watch, error);
    if (status == 0) {
        profile->sums = all.sums;
        profile->sums.raw = (flags & PROFILE_RAW) != 0;
        sums_finish(&profile->sums, tape, choice);
        status = make_rows(profile, &all, scale_of(tape));
        profile->sums.functions = profile->count;
        if (status != 0)
            error_set(error, "out of memory for %u functions", all.functions);
    }
    tallies_free(&all);
    tallies_free(&one);
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
