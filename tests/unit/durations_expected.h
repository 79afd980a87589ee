/* What the naive reference says of how durations are spread. */
#ifndef CALLTAPE_TESTS_DURATIONS_EXPECTED_H
#define CALLTAPE_TESTS_DURATIONS_EXPECTED_H

#include <stddef.h>
#include <stdint.h>

#include "random_tapes.h"

/* Durations in ticks, less whole ticks of cost unless raw: of the calls that belong to `what`, sorted. */
struct expected_durations {
    int64_t ticks[THREADS * NAIVE_MOST_EVENTS];
    size_t count;
};
void expect_durations(struct expected_durations *durations, belongs *belong, const void *what, bool raw);

/* Is a percentile told right? Within 1/128 of the exact one, and no less than the least, no more than the most. */
bool is_percentile(const struct expected_durations *durations, uint32_t permille, uint64_t told);
uint64_t expected_deviation(const struct expected_durations *durations);

#endif
