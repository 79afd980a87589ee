/* One thread's calls, as they come, into what is shown of it: rows to draw, slices of time by path, habits of
 * functions. Whichever of these is NULL is left out. Not thread-safe. */
#ifndef CALLTAPE_VIEW_LANE_H
#define CALLTAPE_VIEW_LANE_H

#include "analyze/sums.h"
#include "base/numbers.h"
#include "calls/filter.h"
#include "view/habit.h"
#include "view/levels.h"
#include "view/nodes.h"
#include "view/slices.h"

struct lane_stack;

struct lane {
    struct tape *tape;
    const struct tape_function *functions;
    struct scale scale;
    uint32_t thread;
    struct levels *rows;
    struct slices *slices;
    struct nodes *nodes;                                                 /* of `slices` */
    struct habit **habits;                                               /* by function; made where they are NULL */
    struct sums *sums;                                                   /* what is read is counted there */
    int64_t (*child)(void *context, uint32_t parent, uint32_t function); /* nodes_child, under a lock; -1: failed */
    void *context;                                                       /* its */
    uint32_t deepest;                                                    /* rows that were in use */

    struct numbers stacks;
    struct lane_stack *current;
    uint64_t now, waited, spent; /* ns, ticks, 1/16 ticks: of the last event */
    struct segment mark;         /* the stretch that goes on, until `end` at most; function 0: none */
};

/* Of the calls that `choice` leaves (NULL: all) of the lane's thread. -1: the error is set. */
int lane_read(struct lane *lane, const struct filter_choice *choice, const struct calls_watch *watch,
              struct error *error);

#endif
