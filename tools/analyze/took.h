/* Times that are summed over many calls: how long, what of it the probe cost, how far off it may be.
 *
 * The bound says what events without a time of their own leave open. What one run of them adds to a sum lies between
 * nothing and all of the run's time, however many of its events belong to the sum: so a run counts once. What costs are
 * off by is not in it. */
#ifndef CALLTAPE_ANALYZE_TOOK_H
#define CALLTAPE_ANALYZE_TOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/scale.h"
#include "base/saturate.h"

struct took {
    uint64_t ticks;
    uint64_t cost;  /* 1/16 ticks */
    uint64_t bound; /* ticks */
    uint64_t run;   /* the last one that the bound counts; runs come in order and are numbered from 1 */
};

/* As it is shown. Costs are taken out of sums, not of single calls, whose times are too short as often as too long: so
 * a sum is right where its parts are not. Where the cost is more than the time, `ns` is 0; with `raw` nothing is taken
 * out. */
struct duration {
    uint64_t ns, bound_ns, cost_ns;
};

/* The longest of several calls, less its cost. All zero: none. */
struct took_longest {
    uint64_t ticks, cost;
};

/* What single calls are compared by. */
static inline int64_t took_length(const struct took *took, bool raw)
{
    return (int64_t)(took->ticks - (raw ? 0 : took->cost / 16));
}

/* An order of those of one length. */
static inline bool took_before(const struct took *a, const struct took *b)
{
    return a->ticks != b->ticks ? a->ticks < b->ticks : a->cost != b->cost ? a->cost < b->cost : a->bound < b->bound;
}

static inline void took_add(struct took *took, uint64_t ticks, uint64_t cost)
{
    took->ticks += ticks;
    took->cost += cost;
}

/* Without a branch on whether the run has been counted, as none can foresee it. */
static inline void took_bound(struct took *took, uint64_t run, uint64_t slack)
{
    if (slack == 0)
        return;
    took->bound = saturating_add(took->bound, took->run != run ? slack : 0);
    took->run = run;
}

/* Adds another thread's: runs of different threads are different runs. */
static inline void took_join(struct took *to, const struct took *from)
{
    took_add(to, from->ticks, from->cost);
    to->run = 0;
    took_bound(to, 1, from->bound);
    to->run = 0;
}

/* Of those of one length the same is kept, in whatever order they come. */
static inline void took_longest(struct took_longest *longest, uint64_t ticks, uint64_t cost)
{
    int64_t length = (int64_t)(ticks - cost / 16), most = (int64_t)(longest->ticks - longest->cost / 16);
    bool before = ticks != longest->ticks ? ticks < longest->ticks : cost < longest->cost;
    if (length > most || (length == most && length > 0 && before))
        *longest = (struct took_longest){ticks, cost};
}

static inline struct duration took_duration(const struct took *took, struct scale scale, bool raw)
{
    uint64_t ns = scale_ns(scale, took->ticks), cost = scale_cost_ns(scale, took->cost);
    return (struct duration){raw ? ns : scale_less(ns, cost), scale_ns(scale, took->bound), cost};
}

static inline uint64_t took_longest_ns(const struct took_longest *longest, struct scale scale)
{
    return scale_less(scale_ns(scale, longest->ticks), scale_cost_ns(scale, longest->cost));
}

static inline bool took_same(const struct took *a, const struct took *b)
{
    return a->ticks == b->ticks && a->cost == b->cost;
}

/* What is shown of a total and its self, each corrected by itself, must agree: a total is at least the longest of its
 * calls, and at least its self; where all of it is self time, that is as much. */
static inline void took_agree(struct duration *total, struct duration *self, bool all_self, uint64_t longest_ns)
{
    total->ns = total->ns > longest_ns ? total->ns : longest_ns;
    total->ns = total->ns > self->ns ? total->ns : self->ns;
    self->ns = all_self ? total->ns : self->ns;
}

#endif
