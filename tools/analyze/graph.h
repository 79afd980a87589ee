/* Who calls whom: paths merged by function. What a profile says of functions holds here, too: the figures of paths,
 * each of which is corrected by itself, are brought to agree with it. */
#ifndef CALLTAPE_ANALYZE_GRAPH_H
#define CALLTAPE_ANALYZE_GRAPH_H

#include "analyze/paths.h"
#include "analyze/profile.h"

struct graph_function {
    uint32_t function;
    uint64_t calls, self_ns, total_ns;
};

/* Calls of one function from another. What is called while it is open already adds no time: so the times of the edges
 * to a function sum to its total. */
struct graph_edge {
    uint32_t from, to; /* indices of functions; `from` CT_NONE: outermost calls */
    uint64_t calls, total_ns;
};

struct graph {
    struct graph_function *functions; /* the largest total first */
    struct graph_edge *edges;         /* by `from`, then `to` */
    size_t function_count, edge_count;
    size_t functions_left, edges_left; /* out, by graph_keep */
};

/* -1: no memory, with the error set. */
int graph_make(struct graph *graph, const struct paths *paths, const struct profile *profile, struct error *error);
void graph_free(struct graph *graph);

/* Keeps at most so many functions, those with the largest totals, and of the edges between them those of the largest
 * times. */
void graph_keep(struct graph *graph, size_t functions, size_t edges);

#endif
