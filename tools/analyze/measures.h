/* What several recordings measured, by path, in one tree of the paths of all of them; and by function. */
#ifndef CALLTAPE_ANALYZE_MEASURES_H
#define CALLTAPE_ANALYZE_MEASURES_H

#include "analyze/matching.h"
#include "analyze/sums.h"

/* Beyond so many paths deeper calls count for the deepest path of theirs that there is. */
enum { MEASURES_MOST_PATHS = 1 << 18 };

/* Of one path, or function, in one recording. Times in ns; less what the probe cost `self` and `net` may be below 0. */
struct measure {
    double calls;
    double shown;   /* self time as a profile's row, or a path, has it */
    double bound;   /* its */
    double self;    /* as it is compared */
    double net;     /* always less the cost */
    double squares; /* sum of the squares of single calls' nets */
};

struct measured_path {
    uint32_t parent, item; /* CT_NONE: the root; its children are outermost calls, of all processes */
    uint32_t depth;        /* of outermost calls: 0 */
};

struct measures {
    size_t recordings;
    struct measured_path *paths; /* [0] is the root; parents come before their children */
    uint32_t count, room;
    struct measure *by_path; /* `recordings` for each path, side by side */
    struct measure *by_item; /* likewise for each item of the matching */
    uint32_t *table;         /* open addressing by (parent, item); 0: free */
    size_t slots;            /* a power of two */
    struct sums *sums;       /* of each recording */
};

/* Reads all recordings, one after the other. `raw`: what the probe cost stays in. `watch` may be NULL. */
int measures_make(struct measures *measures, const struct recording *recordings, const struct matching *matching,
                  bool raw, const struct calls_watch *watch, struct error *error);
void measures_free(struct measures *measures);

/* The path of `item` below another; CT_NONE: there is none. */
uint32_t measures_child(const struct measures *measures, uint32_t parent, uint32_t item);

#endif
