#include "view/slices.h"

#include <stdlib.h>
#include <string.h>

unsigned slices_level(uint64_t ns)
{
    unsigned level = 0;
    while ((ns >> (2 * level)) >= SLICES_MOST)
        level++;
    return level;
}

void slices_init(struct slices *slices, unsigned level, slices_group *group, void *context)
{
    *slices = (struct slices){.level = level, .group = group, .context = context};
}

void slices_free(struct slices *slices)
{
    free(slices->sums);
    free(slices->used);
    bytes_free(&slices->bytes);
}

static bool make_room(struct slices *slices, uint32_t node)
{
    if (node < slices->room)
        return true;
    uint32_t room = node + node / 2 + 256;
    struct slice_sum *sums = realloc(slices->sums, room * sizeof *sums);
    if (sums != NULL)
        slices->sums = sums;
    uint32_t *used = sums != NULL ? realloc(slices->used, room * sizeof *used) : NULL;
    if (used == NULL)
        return false;
    slices->used = used;
    memset(sums + slices->room, 0, (room - slices->room) * sizeof *sums);
    slices->room = room;
    return true;
}

static int compare_nodes(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void write_slice(struct slices *slices)
{
    uint32_t last = 0;
    if (slices->used_count == 0)
        return;
    qsort(slices->used, slices->used_count, sizeof *slices->used, compare_nodes);
    bytes_number(&slices->bytes, slices->slice % SLICES_IN_GROUP - slices->last_slice);
    bytes_number(&slices->bytes, slices->used_count);
    slices->last_slice = slices->slice % SLICES_IN_GROUP;
    for (uint32_t i = 0; i < slices->used_count; i++) {
        struct slice_sum *sum = &slices->sums[slices->used[i]];
        bytes_number(&slices->bytes, slices->used[i] - last);
        bytes_number(&slices->bytes, sum->calls);
        bytes_number(&slices->bytes, sum->ns);
        bytes_number(&slices->bytes, sum->cost);
        last = slices->used[i];
        *sum = (struct slice_sum){0};
    }
    slices->used_count = 0;
}

static int end_group(struct slices *slices)
{
    int status = 0;
    if (slices->bytes.failed)
        return -1;
    if (slices->bytes.count != 0)
        status = slices->group(slices->context, slices->slice / SLICES_IN_GROUP, &slices->bytes);
    slices->bytes.count = 0;
    slices->last_slice = 0;
    return status;
}

static int move_to(struct slices *slices, uint64_t slice)
{
    if (slice == slices->slice)
        return 0;
    write_slice(slices);
    int status = slice / SLICES_IN_GROUP != slices->slice / SLICES_IN_GROUP ? end_group(slices) : 0;
    slices->slice = slice;
    return status;
}

static int add(struct slices *slices, uint32_t node, uint64_t at, struct slice_sum more)
{
    if (move_to(slices, at >> (2 * slices->level)) != 0 || !make_room(slices, node))
        return -1;
    struct slice_sum *sum = &slices->sums[node];
    if ((sum->ns | sum->cost | sum->calls) == 0)
        slices->used[slices->used_count++] = node;
    sum->ns += more.ns;
    sum->cost += more.cost;
    sum->calls += more.calls;
    return 0;
}

int slices_call(struct slices *slices, uint32_t node, uint64_t at)
{
    return add(slices, node, at, (struct slice_sum){.calls = 1});
}

/* By the time that lies in each slice. */
int slices_time(struct slices *slices, uint32_t node, uint64_t from, uint64_t to, uint64_t ns, uint64_t cost)
{
    uint64_t width = UINT64_C(1) << (2 * slices->level);
    for (; ns != 0 || cost != 0;) {
        uint64_t border = (from & ~(width - 1)) + width;
        struct slice_sum part = {.ns = ns, .cost = cost};
        if (to > border) {
            double share = (double)(border - from) / (double)(to - from);
            part.ns = (uint64_t)(share * (double)ns);
            part.cost = (uint64_t)(share * (double)cost);
        }
        if ((part.ns | part.cost) != 0 && add(slices, node, from, part) != 0)
            return -1;
        ns -= part.ns;
        cost -= part.cost;
        from = border;
    }
    return 0;
}

int slices_finish(struct slices *slices)
{
    write_slice(slices);
    return end_group(slices);
}

bool slices_add(struct reading *group, uint64_t first, uint64_t last, struct slice_sum *sums, uint32_t count)
{
    uint64_t slice = 0;
    while (group->at < group->end && !group->failed) {
        slice += read_number(group);
        uint64_t node = 0;
        for (uint64_t left = read_number(group); left != 0 && !group->failed; left--) {
            node += read_number(group);
            struct slice_sum sum;
            sum.calls = read_number(group);
            sum.ns = read_number(group);
            sum.cost = read_number(group);
            if (slice < first || slice > last)
                continue;
            if (node >= count)
                return false;
            sums[node].calls += sum.calls;
            sums[node].ns += sum.ns;
            sums[node].cost += sum.cost;
        }
    }
    return !group->failed;
}
