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

uint32_t learned_mean(const struct learner *learner, uint32_t function, bool exit)
{
    return function < learner->functions ? learner->means[2 * (size_t)function + exit].value : 0;
}

uint32_t learned_gap(const struct learner *learner, uint32_t function, bool exit, uint32_t timed_cost)
{
    uint32_t mean = learned_mean(learner, function, exit);
    if (mean == 0)
        return 0;
    return mean > timed_cost ? four_bits(mean - timed_cost) : 1;
}

enum { RUN_EVENTS_LEAST = 4096 };

uint32_t learned_untimed_cost(const struct learner *learner, uint32_t timed_cost, uint32_t measured)
{
    if (learner->saved_events < RUN_EVENTS_LEAST)
        return measured;
    int64_t cost = (int64_t)timed_cost - learner->saved / (int64_t)learner->saved_events;
    return cost < measured ? measured : cost > timed_cost ? timed_cost : (uint32_t)cost;
}
