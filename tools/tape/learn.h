/* What the packer learns of how long functions take before their entries and exits, for the times of untimed events
 * (FORMAT.md, "Gaps"). Numbers are in 1/16 ticks. Not thread-safe. */
#ifndef CALLTAPE_TAPE_LEARN_H
#define CALLTAPE_TAPE_LEARN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"

/* A mean of the first samples, from then on a running one. No single sample moves it far: one above 8 times the mean
 * and 1,000 ticks counts as that, so that what the system does to a program now and then is left out. */
struct gap_mean {
    uint32_t value, count;
};

struct learner {
    struct gap_mean *means; /* of function f: 2f before its entries, 2f + 1 before its exits */
    uint32_t functions;     /* there is room for */
    int64_t saved;          /* by untimed events, against what timed ones would have taken; lately */
    uint64_t saved_events;
};

/* Before anything is learned of a function: of one for which there is no room nothing is. */
void learner_reserve(struct learner *learner, uint32_t function);
void learner_free(struct learner *learner);

enum { LEARN_SAMPLES = 64, LEARN_EVENTS = 1 << 20, LEARN_SLACK = 16 * 1000, LEARN_TICKS_MOST = 1 << 24 };

/* An entry to (an exit of) `function` came `ticks` after the event before it, the probe's cost included. Function 0,
 * the unknown one, is not learned. */
static inline void learn_gap(struct learner *learner, uint32_t function, bool exit, uint64_t ticks)
{
    if (function == 0 || function >= learner->functions)
        return;
    struct gap_mean *mean = &learner->means[2 * (size_t)function + exit];
    uint32_t sample = (uint32_t)(ticks < LEARN_TICKS_MOST ? ticks : LEARN_TICKS_MOST) * 16;
    uint64_t most = 8 * (uint64_t)mean->value + LEARN_SLACK;
    int64_t off = (int64_t)(sample < most ? sample : most) - mean->value;
    mean->count += mean->count < LEARN_SAMPLES;
    mean->value = (uint32_t)(mean->value + off / mean->count);
}

/* A run of events, `untimed` of them without a time, took `ticks`; `predicted` is the sum of their means. Runs that
 * something interrupted tell nothing. */
static inline void learn_run(struct learner *learner, uint64_t predicted, uint64_t ticks, uint32_t untimed)
{
    if (ticks > LEARN_TICKS_MOST || 16 * ticks > 2 * predicted + LEARN_SLACK)
        return;
    learner->saved += (int64_t)predicted - (int64_t)(16 * ticks);
    learner->saved_events += untimed;
    if (learner->saved_events < LEARN_EVENTS)
        return;
    learner->saved /= 2;
    learner->saved_events /= 2;
}

/* What an untimed event costs the program: what a timed one does, less what was saved by it; by runs enough of them,
 * else `measured`. */
uint32_t learned_untimed_cost(const struct learner *learner, uint32_t timed_cost, uint32_t measured);

/* Of all gaps before a function's entries or exits, the cost of a timed event included; 0: nothing is known. */
uint32_t learned_mean(const struct learner *learner, uint32_t function, bool exit);

/* What is known now of any function, less the cost of a timed event, to four bits (so that it packs well); 0: nothing.
 */
uint32_t learned_gap(const struct learner *learner, uint32_t function, bool exit, uint32_t timed_cost);

#endif
