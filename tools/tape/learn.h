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
};

/* Before anything is learned of a function: of one for which there is no room nothing is. */
void learner_reserve(struct learner *learner, uint32_t function);
void learner_free(struct learner *learner);

enum { LEARN_SAMPLES = 64, LEARN_SLACK = 16 * 1000, LEARN_TICKS_MOST = 1 << 24 };

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

/* What is known now of any function, less the cost of a timed event, to four bits (so that it packs well); 0: nothing.
 */
uint32_t learned_gap(const struct learner *learner, uint32_t function, bool exit, uint32_t timed_cost);

#endif
