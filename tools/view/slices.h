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

/* Gets the sums of each slice in which something happened: LEB128 numbers, count of nodes; and for each of these: by
 * how much its number is more than the one's before, calls, ns, cost. Nonzero ends it. */
typedef int slices_told(void *context, uint64_t slice, const struct bytes *sums);

/* Sums of the nodes that occur, of one slice after the other. */
struct slices {
    unsigned level;
    uint64_t slice;
    uint64_t begin, end;    /* of the slice, ns */
    struct slice_sum *sums; /* by node */
    uint32_t *used;         /* nodes of which the sums are not all 0 */
    uint32_t room, used_count;
    struct bytes bytes; /* of the slice that is told */
    slices_told *told;
    void *context;
};

void slices_init(struct slices *slices, unsigned level, slices_told *told, void *context);
void slices_free(struct slices *slices);

/* The sum of a node in the slice that holds `at`, which never lies before what was told earlier; NULL: failed. Who asks
 * must add to it. */
struct slice_sum *slices_enter(struct slices *slices, uint32_t node, uint64_t at);
static inline struct slice_sum *slices_sum(struct slices *slices, uint32_t node, uint64_t at)
{
    if (at - slices->begin >= slices->end - slices->begin || node >= slices->room)
        return slices_enter(slices, node, at);
    struct slice_sum *sum = &slices->sums[node];
    if ((sum->ns | sum->cost | sum->calls) == 0)
        slices->used[slices->used_count++] = node;
    return sum;
}

/* `ns` of self time and `cost`, not both 0, of the node from `from` to `to`. */
int slices_part_time(struct slices *slices, uint32_t node, uint64_t from, uint64_t to, uint64_t ns, uint64_t cost);
static inline int slices_time(struct slices *slices, uint32_t node, uint64_t from, uint64_t to, uint64_t ns,
                              uint64_t cost)
{
    if (to > slices->end)
        return slices_part_time(slices, node, from, to, ns, cost);
    struct slice_sum *sum = slices_sum(slices, node, from);
    if (sum == NULL)
        return -1;
    sum->ns += ns;
    sum->cost += cost;
    return 0;
}

static inline int slices_call(struct slices *slices, uint32_t node, uint64_t at)
{
    struct slice_sum *sum = slices_sum(slices, node, at);
    if (sum == NULL)
        return -1;
    sum->calls++;
    return 0;
}

int slices_finish(struct slices *slices);

/* Adds to sums by node, of which there are `count`, those of one slice. False: the bytes can't be. */
bool slice_add(struct reading *slice, struct slice_sum *sums, uint32_t count);
/* Writes what slices_told gets, with node numbers by `numbers`, of which there are `count`. */
bool slice_renumber(struct reading *slice, const uint32_t *numbers, uint32_t count, struct bytes *to);

/* Slices are kept by groups of 64, each behind one number: how many slices it lies behind the one before in the group
 * (the first: behind the group's beginning). */
struct slice_group {
    uint64_t group, last; /* the last slice, counted from the group's beginning */
    struct bytes bytes;   /* empty: nothing is there */
};

/* The next slice, which must be of the group, or any where that is empty. */
void slice_group_add(struct slice_group *group, uint64_t slice, const struct bytes *sums);
/* As slice_add, of the group's slices from `first` to `last` (counted from the group's beginning). */
bool slice_group_sum(struct reading *group, uint64_t first, uint64_t last, struct slice_sum *sums, uint32_t count);

#endif
