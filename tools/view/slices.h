/* Where the time of a stretch went, path by path: what the flame graph and the table of functions of any range are made
 * of. Time is cut into slices of 4^level ns, counted from the recording's start; of each slice of a thread it is kept,
 * for every node (view/nodes.h) that had time or calls there, how many calls began, the self time, and what of that the
 * probe cost, in 1/16 ticks. Waits are in no self time. */
#ifndef CALLTAPE_VIEW_SLICES_H
#define CALLTAPE_VIEW_SLICES_H

#include <stdint.h>

#include "view/bytes.h"

enum { SLICES_IN_GROUP = 64, SLICES_MOST = 1024 };

/* A level of which `ns` holds at most SLICES_MOST slices, and more than a quarter of that. */
unsigned slices_level(uint64_t ns);

struct slice_sum {
    uint64_t ns, cost, calls;
};

/* Gets each group of 64 slices in which something happened: LEB128 numbers, for each slice that holds something: how
 * many slices it lies behind the one before in the group (the first: behind the group's beginning), count of nodes; and
 * for each of these: by how much its number is more than the one's before, calls, ns, cost. Nonzero ends it. */
typedef int slices_group(void *context, uint64_t group, const struct bytes *bytes);

/* Sums of the nodes that occur, of one slice after the other. */
struct slices {
    unsigned level;
    uint64_t slice;
    struct slice_sum *sums; /* by node */
    uint32_t *used;         /* nodes of which the sums are not all 0 */
    uint32_t room, used_count;
    uint64_t last_slice; /* of the group, that is written */
    struct bytes bytes;  /* of the group so far */
    slices_group *group;
    void *context;
};

void slices_init(struct slices *slices, unsigned level, slices_group *group, void *context);
void slices_free(struct slices *slices);

/* `ns` of self time and `cost` of the node from `from` to `to`, which never lie before what was told earlier. */
int slices_time(struct slices *slices, uint32_t node, uint64_t from, uint64_t to, uint64_t ns, uint64_t cost);
int slices_call(struct slices *slices, uint32_t node, uint64_t at);
int slices_finish(struct slices *slices);

/* Adds to sums by node, of which there are `count`, those of the group's slices from `first` to `last` (counted from
 * the group's beginning). False: the bytes can't be. */
bool slices_add(struct reading *group, uint64_t first, uint64_t last, struct slice_sum *sums, uint32_t count);

#endif
