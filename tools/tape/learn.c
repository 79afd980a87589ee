#include "tape/learn.h"

#include <stdlib.h>
#include <string.h>

void learner_reserve(struct learner *learner, uint32_t function)
{
    if (function < learner->functions)
        return;
    uint32_t functions = 2 * function + 64;
    struct gap_mean *means = realloc(learner->means, 2 * (size_t)functions * sizeof *means);
    if (!means)
        return;
    memset(means + 2 * (size_t)learner->functions, 0, 2 * (size_t)(functions - learner->functions) * sizeof *means);
    learner->means = means;
    learner->functions = functions;
}

void learner_free(struct learner *learner)
{
    free(learner->means);
}

static uint32_t four_bits(uint32_t value)
{
    unsigned bits = 32 - (unsigned)__builtin_clz(value | 1);
    unsigned low = bits > 4 ? bits - 4 : 0;
    return value >> low << low;
}

uint32_t learned_gap(const struct learner *learner, uint32_t function, bool exit, uint32_t timed_cost)
{
    if (function >= learner->functions)
        return 0;
    const struct gap_mean *mean = &learner->means[2 * (size_t)function + exit];
    if (mean->count == 0)
        return 0;
    return mean->value > timed_cost ? four_bits(mean->value - timed_cost) : 1;
}
