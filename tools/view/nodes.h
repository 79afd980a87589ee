/* The paths of calls: who was called from whom. One tree for all threads; nodes are numbered from 1 in the order in
 * which they were found, a parent before its children; 0 is the root. Beyond VIEW_NODES_MOST nodes, or VIEW_DEPTH_MOST
 * levels, what is called belongs to the deepest node that there is. Not thread-safe. */
#ifndef CALLTAPE_VIEW_NODES_H
#define CALLTAPE_VIEW_NODES_H

#include "view/bytes.h"

enum { VIEW_NODES_MOST = 1 << 20, VIEW_DEPTH_MOST = 400 };

struct node {
    uint32_t parent, function;
    uint32_t depth; /* of the root: 0 */
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
