/* The nodes of a tree of paths while it is made. */
#ifndef CALLTAPE_ANALYZE_PATH_NODES_H
#define CALLTAPE_ANALYZE_PATH_NODES_H

#include "analyze/paths.h"

/* The child of a node that was asked for last; 0: none was. */
struct path_recent {
    uint32_t child, function;
};

/* All zero: empty. */
struct path_nodes {
    struct path *nodes;
    struct path_took *tooks;    /* one a node */
    struct path_recent *recent; /* likewise */
    size_t count, room;
    uint32_t *table; /* open addressing by (parent, function): node indices, 0: free */
    size_t slots;    /* a power of two */
};

enum { PATH_NO_MEMORY = -1, PATH_NO_ROOM = -2 };

/* A new node's index, or CT_NONE without memory. The first is the root. */
uint32_t path_nodes_add(struct path_nodes *all, uint32_t parent, uint32_t function, uint32_t process, uint32_t depth);

/* The node of `function` below `parent`, made where there is none; PATH_NO_ROOM: it would be one more than `most` or
 * deeper than PATHS_MOST_DEPTH. */
int64_t path_nodes_find_child(struct path_nodes *all, uint32_t parent, uint32_t function, size_t most);
static inline int64_t path_nodes_child(struct path_nodes *all, uint32_t parent, uint32_t function, size_t most)
{
    const struct path_recent *recent = &all->recent[parent];
    if (recent->child != 0 && recent->function == function)
        return recent->child;
    return path_nodes_find_child(all, parent, function, most);
}

/* Adds those of another tree with the same processes, and what their calls took. 0, or one of the above. */
int path_nodes_join(struct path_nodes *to, const struct path_nodes *from);

void path_nodes_free(struct path_nodes *all);

/* Gives the nodes to `paths`, whose own are freed, once each has what its calls took: durations, sums of roots, order,
 * the hot path. -1: no memory. `all` is empty then, whatever happened. */
int path_nodes_finish(struct path_nodes *all, struct paths *paths, struct scale scale);

#endif
