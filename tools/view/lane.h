/* One thread's calls, as they come, into what is shown of it: rows to draw, slices of time by path, habits of
 * functions. Whichever of these is NULL is left out. Not thread-safe. */
#ifndef CALLTAPE_VIEW_LANE_H
#define CALLTAPE_VIEW_LANE_H

#include "analyze/sums.h"
#include "base/numbers.h"
#include "calls/crew.h"
#include "view/habit.h"
#include "view/levels.h"
#include "view/nodes.h"
#include "view/slices.h"
#include "view/starts.h"

struct lane_stack;

/* What goes on where the reading ends before the thread does. */
struct lane_rest {
    struct segment *open; /* of the current stack, the outermost first; to be freed */
    uint32_t count;
    struct segment mark; /* function 0: none */
};

struct lane {
    struct tape *tape;
    struct starts *starts;
    uint32_t thread;
    uint64_t from, until; /* ns: what is looked at; UINT64_MAX: up to the thread's end */
    struct levels *rows;
    struct slices *slices;
    struct nodes nodes;       /* of `slices`; to be freed */
    struct habit **habits;    /* by function; made where they are NULL */
    struct call_parts *parts; /* gets, in place of `habits`, the calls that are not all in what is looked at */
    /* Not NULL: the thread is read from end to end, and counted; of it `choice` is shown, NULL: all, from `from` on. */
    struct sums *sums;
    const struct filter_choice *choice;
    uint32_t deepest; /* rows that were in use */
    struct lane_rest rest;

    uint64_t until_ticks;
    const struct tape_function *functions;
    struct scale scale;
    uint64_t ns_a_tick; /* times 2^32 */
    struct tape_line line;
    struct numbers stacks;
    struct lane_stack *current;
    uint64_t now, due;      /* ns: of the last event; levels_due */
    uint64_t waited, spent; /* ticks, 1/16 ticks: of the last event */
    struct segment mark;    /* the stretch that goes on, until `end` at most; function 0: none */
    bool stopped;
};

/* Reads from `from` to `until`. -1: the error is set. */
int lane_read(struct lane *lane, const struct calls_watch *watch, struct error *error);

#endif
