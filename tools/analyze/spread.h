/* How the durations of calls are spread: percentiles and standard deviation. */
#ifndef CALLTAPE_ANALYZE_SPREAD_H
#define CALLTAPE_ANALYZE_SPREAD_H

#include <stdbool.h>

#include "analyze/histogram.h"
#include "analyze/scale.h"

/* All zero: no calls. Sums are exact whatever the order. */
struct spread {
    struct histogram histogram; /* of ticks; less than none count as none */
    __int128 sum;
    unsigned __int128 squares; /* sum; like all that is made of it modulo 2^128 */
    int64_t least, most;       /* where there are calls; what a percentile tells lies between */
};

/* One call's total, less its cost unless costs stay in, in ticks; it may be less than nothing. */
static inline int64_t spread_ticks(const struct call *call, bool raw)
{
    return (int64_t)(call_total_ticks(call) - (raw ? 0 : call_total_cost(call) / 16));
}

int spread_add(struct spread *spread, int64_t ticks); /* -1: no memory */
int spread_join(struct spread *to, const struct spread *from);
void spread_free(struct spread *spread);

uint64_t spread_percentile_ns(const struct spread *spread, uint32_t permille, struct scale scale);
uint64_t spread_deviation_ns(const struct spread *spread, struct scale scale); /* of all calls, not of a sample */

#endif
