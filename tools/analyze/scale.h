/* Durations: ticks to nanoseconds by the mean rate of the whole recording, so that parts sum to their whole. */
#ifndef CALLTAPE_ANALYZE_SCALE_H
#define CALLTAPE_ANALYZE_SCALE_H

#include <stdint.h>

#include "calls/calls.h"

struct scale {
    uint64_t ticks, ns; /* so many ticks are so many nanoseconds; ticks is not 0 */
};

static inline struct scale scale_of(const struct tape *tape)
{
    const struct tape_session *session = tape_session(tape);
    uint64_t from = session->start_ticks, to = session->end_ticks;
    uint64_t ns = to > from ? tape_ns(tape, to) - tape_ns(tape, from) : 0;
    return ns != 0 ? (struct scale){to - from, ns} : (struct scale){1, 1};
}

static inline uint64_t scale_ns(struct scale scale, uint64_t ticks)
{
    unsigned __int128 ns = ((unsigned __int128)ticks * scale.ns + scale.ticks / 2) / scale.ticks;
    return ns > UINT64_MAX ? UINT64_MAX : (uint64_t)ns;
}

/* What the probe cost, which is counted in 1/16 ticks. */
static inline uint64_t scale_cost_ns(struct scale scale, uint64_t cost)
{
    return scale_ns(scale, cost / 16 + (cost % 16 >= 8));
}

/* Time less costs; 0 where the costs, which are means, are more. */
static inline uint64_t scale_less(uint64_t ns, uint64_t cost_ns)
{
    return ns > cost_ns ? ns - cost_ns : 0;
}

#endif
