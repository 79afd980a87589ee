#include "durations_expected.h"

#include <math.h>
#include <stdlib.h>

static int by_ticks(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

void expect_durations(struct expected_durations *durations, belongs *belong, const void *what, bool raw)
{
    durations->count = 0;
    for (uint32_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < expected.calls[t].count; i++) {
            const struct naive_call *call = &expected.calls[t].calls[i];
            if (belong(what, t, call))
                durations->ticks[durations->count++] =
                    (int64_t)naive_total(call) - (raw ? 0 : (int64_t)(call->cost / 16));
        }
    qsort(durations->ticks, durations->count, sizeof *durations->ticks, by_ticks);
}

/* The smallest that as many as asked are not greater than. */
static int64_t exact(const struct expected_durations *durations, uint32_t permille)
{
    size_t i = 0;
    while ((i + 1) * 1000 < durations->count * permille)
        i++;
    return durations->ticks[i] > 0 ? durations->ticks[i] : 0;
}

bool is_percentile(const struct expected_durations *durations, uint32_t permille, uint64_t told)
{
    if (durations->count == 0)
        return told == 0;
    double wanted = (double)exact(durations, permille);
    int64_t least = durations->ticks[0], most = durations->ticks[durations->count - 1];
    return fabs((double)told - wanted) <= wanted / 128 && (int64_t)told >= least &&
           (int64_t)told <= (most > 0 ? most : 0);
}

uint64_t expected_deviation(const struct expected_durations *durations)
{
    long double mean = 0, squares = 0;
    for (size_t i = 0; i < durations->count; i++)
        mean += (long double)durations->ticks[i] / (long double)durations->count;
    for (size_t i = 0; i < durations->count; i++)
        squares += ((long double)durations->ticks[i] - mean) * ((long double)durations->ticks[i] - mean);
    return durations->count != 0 ? (uint64_t)(sqrtl(squares / (long double)durations->count) + 0.5L) : 0;
}
