#include "analyze/advice.h"

#include <stdlib.h>

#include "analyze/advice_ways.h"

enum { LEAST_SHARE = 1000 }; /* a function of fewer than one event in so many is not worth a word */

/* What an event costs beside what the tape says, which is measured where everything is in the nearest cache and
 * predicted: by programs with and without recording, SQLite's speedtest1, Lua, words.cpp of tests/bench
 * and fib, medians of five, 2.1 to 3.4 ns, with either clock; where most events are, what is done once weighs least. */
#define BESIDE_NS 2.3

static uint64_t events_of(const struct profile_row *row)
{
    return row->timed + row->untimed;
}

/* Nothing where the tape does not say what events cost. Folded calls are without a time now, but had one. */
static double event_ns(const struct sums *sums, bool timed)
{
    double cost = timed || sums->times.untimed == 0 ? sums->timed_cost_ns : sums->untimed_cost_ns;
    return sums->timed_cost_ns > 0 || sums->untimed_cost_ns > 0 ? cost + BESIDE_NS : 0;
}

static uint64_t cost_of(const struct sums *sums, uint64_t timed, uint64_t untimed)
{
    return (uint64_t)((double)timed * event_ns(sums, true) + (double)untimed * event_ns(sums, false) + 0.5);
}

double advice_event_ns(const struct advice *advice, bool timed)
{
    return event_ns(&advice->profile.sums, timed);
}

static struct saving saving_of(const struct advice *advice, const struct profile_row *row)
{
    return (struct saving){.events = events_of(row), .ns = cost_of(&advice->profile.sums, row->timed, row->untimed)};
}

static void add_saving(struct saving *to, const struct saving *saving)
{
    to->events += saving->events;
    to->ns += saving->ns;
}

static void find_whole(struct advice *advice, const struct tape *tape)
{
    const struct sums *sums = &advice->profile.sums;
    uint64_t timed = sums->times.timed, untimed = sums->times.untimed;
    advice->whole = (struct saving){timed + untimed, cost_of(sums, timed, untimed), tape_totals(tape).bytes};
}

static bool is_advised(const struct advice *advice, const struct profile_row *row, double keep_percent)
{
    const struct profile *profile = &advice->profile;
    return events_of(row) > advice->whole.events / LEAST_SHARE && row->total.ns < saving_of(advice, row).ns &&
           row->total.ns < keep_percent / 100 * (double)profile->sums.traced_ns;
}

static int by_excess(const void *left, const void *right)
{
    const struct advice_row *a = left, *b = right;
    uint64_t one = a->saving.ns - a->profile->total.ns, other = b->saving.ns - b->profile->total.ns;
    if (one != other)
        return one > other ? -1 : 1;
    return (a->profile->function > b->profile->function) - (a->profile->function < b->profile->function);
}

static void choose(struct advice *advice, uint64_t limit, double keep_percent)
{
    const struct profile *profile = &advice->profile;
    for (size_t i = 0; i < profile->count; i++)
        if (is_advised(advice, &profile->rows[i], keep_percent))
            advice->rows[advice->count++] = (struct advice_row){
                .profile = &profile->rows[i],
                .saving = saving_of(advice, &profile->rows[i]),
            };
    qsort(advice->rows, advice->count, sizeof *advice->rows, by_excess);
    if (advice->count > limit)
        advice->count = limit;
}

static void add_up(struct advice *advice)
{
    for (size_t i = 0; i < advice->count; i++) {
        const struct advice_row *row = &advice->rows[i];
        add_saving(&advice->all, &row->saving);
        if (row->way != ADVICE_BY_ATTRIBUTE)
            add_saving(&advice->by_lists, &row->saving);
    }
}

int advice_make(struct advice *advice, struct tape *tape, uint64_t limit, double keep_percent,
                const struct labels *labels, const struct calls_watch *watch, struct error *error)
{
    *advice = (struct advice){0};
    if (profile_make(&advice->profile, tape, NULL, PROFILE_DECODE, watch, error) != 0)
        return -1;
    find_whole(advice, tape);
    advice->rows = malloc((advice->profile.count + 1) * sizeof *advice->rows);
    if (advice->rows == NULL)
        return error_set(error, "out of memory for %zu functions", advice->profile.count);
    choose(advice, limit, keep_percent);
    if (advice_find_ways(advice, labels) != 0)
        return error_set(error, "out of memory for the names of %zu functions", advice->profile.count);
    add_up(advice);
    return 0;
}

void advice_mark(const struct advice *advice, bool by_lists, bool *left_out)
{
    for (size_t i = 0; i < advice->count; i++)
        if (!by_lists || advice->rows[i].way != ADVICE_BY_ATTRIBUTE)
            left_out[advice->rows[i].profile->function] = true;
}

void advice_set_bytes(struct advice *advice, uint64_t all, uint64_t by_lists)
{
    advice->all.bytes = all;
    advice->by_lists.bytes = by_lists;
    for (size_t i = 0; i < advice->count; i++) {
        struct saving *saving = &advice->rows[i].saving;
        saving->bytes = (uint64_t)((double)all * (double)saving->events / (double)advice->all.events);
    }
}

void advice_free(struct advice *advice)
{
    for (size_t i = 0; advice->rows != NULL && i < advice->count; i++)
        free(advice->rows[i].word);
    free(advice->rows);
    profile_free(&advice->profile);
    *advice = (struct advice){0};
}
