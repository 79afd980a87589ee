/* Calls merged by path: the tree of who called whom, all threads of a process together. */
#ifndef CALLTAPE_ANALYZE_PATHS_H
#define CALLTAPE_ANALYZE_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/sums.h"
#include "analyze/took.h"

/* Beyond either, calls are folded into the deepest node of their path that there is: they count in its `folded`, and
 * their time in its self. */
enum { PATHS_MOST_NODES = 1 << 20, PATHS_MOST_DEPTH = 400 };

struct path {
    uint32_t function;                  /* lowest id of the function; CT_NONE: the root or a process */
    uint32_t process;                   /* of a process's node: its index; else CT_NONE */
    uint32_t parent, first_child, next; /* node indices; CT_NONE: none. Children stand by total, largest first */
    uint32_t depth;                     /* outermost calls: 0; the focus and what leads there: 0, too */
    uint64_t calls;
    struct duration total, self; /* as in a profile's row; a total is never less than a child's either */
    double self_squares; /* sum of the squares of all its calls' selfs less their cost, folded ones too, ns * ns */
    uint64_t jumped, open;
    uint64_t recursive; /* of the calls: made by the function directly from itself, where recursion is folded */
    uint64_t folded;    /* deeper calls that have no nodes of their own; not among `calls` */
    double share;       /* of the root's total, 0 to 1 */
    bool hot;           /* on the path that keeps at least half of its caller's total at each step; of trees that are
                           bottom-up, from the first function on */
    bool hidden;        /* by paths_select */
    bool chained;       /* by paths_select: one with its only child that is not hidden, another function that was called
                           as often and took all but a hundredth of its time */
};

/* What a node's calls took. */
struct path_took {
    struct took total, self;
    struct took_longest longest; /* of its calls, folded ones left out */
    double squares; /* of the selfs less their cost, ticks * ticks; of a call read in parts, of its parts */
};

struct paths {
    struct path *nodes; /* [0] is the root; its children are processes where there are several, else outermost calls */
    struct path_took *tooks; /* one a node */
    size_t count;
    size_t processes;      /* that recorded calls */
    uint32_t only_process; /* where it is one: its index; else CT_NONE */
    uint64_t folded;
    size_t too_deep;        /* nodes that paths_select hid for nothing but their depth */
    bool inverted, focused; /* analyze/reshape.h */
    struct sums sums;
};

/* Reads the whole tape, thread by thread, or what `choice` leaves of it; that and `watch` may be NULL. With
 * `fold_recursion` a function that calls itself directly stays one node: all its calls and self times, the total of the
 * outermost. `raw`: the probe's costs stay in. */
int paths_make(struct paths *paths, struct tape *tape, const struct filter_choice *choice, bool fold_recursion,
               bool raw, const struct calls_watch *watch, struct error *error);
void paths_free(struct paths *paths);

/* Hides nodes (with all below them) of less than `least_share` of the root's total and those `levels` deep or deeper,
 * and finds chains among the others. Returns how many are hidden. The root and the processes are never hidden. */
size_t paths_select(struct paths *paths, double least_share, uint32_t levels);

#endif
