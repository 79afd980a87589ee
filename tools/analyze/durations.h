/* The durations of one function's calls, the slowest of them, and what calls of different durations had below them, as
 * sums that a receiver makes of a thread's calls. Memory goes with the functions that are called below, and with the
 * depth of the stacks, never with the number of calls. */
#ifndef CALLTAPE_ANALYZE_DURATIONS_H
#define CALLTAPE_ANALYZE_DURATIONS_H

#include "analyze/below.h"
#include "analyze/bins.h"
#include "analyze/carried.h"
#include "analyze/gather.h"
#include "analyze/spread.h"
#include "analyze/took.h"
#include "base/numbers.h"
#include "calls/kept.h"

/* Of a path the outermost PATH_HEAD functions are kept, and the innermost others. */
enum { SLOW_PATH = 64, SLOW_HEAD = 24 };

struct slow_call {
    struct duration took;
    uint64_t start_ticks, end_ticks;
    uint64_t start_ns, end_ns; /* since the recording's start; set by hist_make */
    uint32_t thread, flags;
    uint32_t depth;            /* of the call, from 0: so many functions are above it */
    uint32_t path[SLOW_PATH];  /* outermost first, the call itself left out */
    struct kept_value *values; /* what was recorded of it; to be freed */
};

struct duration_bin {
    uint64_t calls;
    uint64_t compared;  /* of them, in `below` */
    struct below below; /* with what they called at any depth; CT_NONE: the calls themselves */
};

struct durations_plan {
    const struct tape_function *functions;
    uint32_t function; /* the lowest id */
    struct scale scale;
    bool raw;
    uint64_t over_ns; /* UINT64_MAX: none is given; else bin 0 holds what is shorter, bin 1 the others */
    size_t slowest;   /* so many are kept */
    struct carrier *carrier;
};

struct durations {
    struct gathered gathered;
    const struct durations_plan *plan;
    struct spread spread;
    struct took own;                /* of all calls, nested ones too */
    struct duration least, most;    /* where there are calls */
    uint64_t uncertain;             /* calls whose duration hangs on interpolated times */
    struct duration_bin bins[BINS]; /* by duration: bin_of */
    struct duration_bin parts[2];   /* where over_ns is given: in their stead `below` is kept here */
    struct slow_call *slowest;      /* longest first */
    size_t slow_count;
    struct told *told; /* open calls of the function of which values were recorded, by tag from 1 */
    uint32_t told_count, told_room, told_free;
    struct numbers spines; /* by stack */
    struct spine *current;
    bool failed; /* there was no memory for a call that came in parts */
};

extern const struct gather_kind durations_kind; /* its plan must outlive it */

#endif
