/* Other trees of the same paths. Each replaces the tree given, by what the nodes hold: no event is read. What bounds
 * durations is the sum over the nodes that were merged, so they are true but may be larger than need be. */
#ifndef CALLTAPE_ANALYZE_RESHAPE_H
#define CALLTAPE_ANALYZE_RESHAPE_H

#include "analyze/paths.h"

/* A function that is on its path already gets no further node: its calls, and what they call, go to the node that there
 * is. Totals are those of outermost calls. */
int reshape_fold(struct paths *paths, struct scale scale, struct error *error);

/* Only paths that lead to a function of focus[] (by id: not 0), and what these functions call. What leads there has no
 * self time, and the total of what it leads to, but all of its calls. */
int reshape_focus(struct paths *paths, const uint8_t *focus, struct scale scale, struct error *error);

/* Bottom-up: outermost are the functions, below each its callers, below these theirs. What a node has is what the
 * outermost function on its path spent and how often it was called, so called: its self time or, where there is a
 * focus, which then are the only outermost ones, the total of its outermost calls. A node's self is what has no further
 * caller. `focus` may be NULL. Sets paths->inverted and, with a focus, paths->focused. */
int reshape_invert(struct paths *paths, const uint8_t *focus, struct scale scale, struct error *error);

#endif
