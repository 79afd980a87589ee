/* The paths of calls: who was called from whom. One tree for all threads; nodes are numbered from 1 in the order in
 * which they were found, a parent before its children; 0 is the root. Not thread-safe.
 *
 * Calls below VIEW_DEPTH_MOST levels are told apart by their function alone: the last node of the path has one child
 * NODE_DEEPER, and that one a child for each function called anywhere below. Once there are VIEW_NODES_MOST nodes, all
 * calls of paths that are new go together to NODE_MORE, a child of the root, in the same way. */
#ifndef CALLTAPE_VIEW_NODES_H
#define CALLTAPE_VIEW_NODES_H

#include "view/bytes.h"

enum { VIEW_NODES_MOST = 1 << 20, VIEW_DEPTH_MOST = 400 };

/* In place of a function. */
#define NODE_DEEPER UINT32_MAX
#define NODE_MORE (UINT32_MAX - 1)

struct node {
    uint32_t parent, function;
    uint32_t depth; /* of the root: 0; more than VIEW_DEPTH_MOST: calls are told apart by function */
};

/* All zero: empty. */
struct nodes {
    struct node *at; /* [0] is the root */
    uint32_t count, room;
    uint32_t *table; /* open addressing by (parent, function), 0: free */
    uint32_t slots;  /* a power of two */
};

/* The node of a call of `function` made at `parent`; UINT32_MAX: no memory. */
uint32_t nodes_child(struct nodes *nodes, uint32_t parent, uint32_t function);
/* The numbers in `nodes` of those of another tree, to be freed; NULL: no memory. */
uint32_t *nodes_add(struct nodes *nodes, const struct nodes *other);
void nodes_free(struct nodes *nodes);

/* Those from `first` on (at least 1), as LEB128 numbers: how far the parent is back, function. */
void nodes_write(const struct nodes *nodes, uint32_t first, struct bytes *to);
/* The other way, into an empty tree. False: they can't be, or there is no memory. */
bool nodes_read(struct nodes *nodes, struct reading *from);

#endif
