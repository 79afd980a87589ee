/* Single calls as trees, thread by thread: who called whom, and what is known of each call once it has ended. */
#ifndef CALLTAPE_ANALYZE_CALL_TREE_H
#define CALLTAPE_ANALYZE_CALL_TREE_H

#include "analyze/timeline.h"

struct call_node {
    struct timeline_item call;          /* a LEAF's, and all values; what never ended has no duration */
    uint32_t parent, first, last, next; /* CT_NONE: there is none */
    uint32_t level;
};

/* Of the calls chosen the first `most` to begin, of the first thread, then of the next. */
struct call_tree {
    struct call_node *nodes;
    uint32_t count;
    uint32_t first, last; /* that no other call made; of any thread */
    uint32_t levels;
    bool whole; /* they are all; else not all may have been read, and `sums` are not of all */
    struct sums sums;
};

/* call_tree_free is due in any case. As of a timeline, repetitions may be folded. */
int call_tree_make(struct call_tree *tree, struct tape *tape, const struct timeline_choice *choice, uint32_t most,
                   struct error *error);
void call_tree_free(struct call_tree *tree);

/* The node behind another in the order in which a tree is written; CT_NONE: it was the last. */
uint32_t call_tree_next(const struct call_tree *tree, uint32_t node);

#endif
