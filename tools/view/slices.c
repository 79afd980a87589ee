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

static void enter(struct slices *slices, uint64_t slice)
{
    slices->slice = slice;
    slices->begin = slice << (2 * slices->level);
    slices->end = slices->begin + (UINT64_C(1) << (2 * slices->level));
}

void slices_init(struct slices *slices, unsigned level, slices_told *told, void *context)
{
    *slices = (struct slices){.level = level, .told = told, .context = context};
    enter(slices, 0);
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

static void put_sum(struct bytes *to, uint32_t step, const struct slice_sum *sum)
{
    bytes_number(to, step);
    bytes_number(to, sum->calls);
    bytes_number(to, sum->ns);
    bytes_number(to, sum->cost);
}

static struct slice_sum read_sum(struct reading *from)
{
    struct slice_sum sum = {.calls = read_number(from)};
    sum.ns = read_number(from);
    sum.cost = read_number(from);
    return sum;
}

static int tell_slice(struct slices *slices)
{
    uint32_t last = 0;
    if (slices->used_count == 0)
        return 0;
    qsort(slices->used, slices->used_count, sizeof *slices->used, compare_nodes);
    slices->bytes.count = 0;
    bytes_number(&slices->bytes, slices->used_count);
    for (uint32_t i = 0; i < slices->used_count; i++) {
        struct slice_sum *sum = &slices->sums[slices->used[i]];
        put_sum(&slices->bytes, slices->used[i] - last, sum);
        last = slices->used[i];
        *sum = (struct slice_sum){0};
    }
    slices->used_count = 0;
    return slices->bytes.failed ? -1 : slices->told(slices->context, slices->slice, &slices->bytes);
}

struct slice_sum *slices_enter(struct slices *slices, uint32_t node, uint64_t at)
{
    uint64_t slice = at >> (2 * slices->level);
    if (slice != slices->slice) {
        if (tell_slice(slices) != 0)
            return NULL;
        enter(slices, slice);
    }
    return make_room(slices, node) ? slices_sum(slices, node, at) : NULL;
}

/* By the time that lies in each slice. */
int slices_part_time(struct slices *slices, uint32_t node, uint64_t from, uint64_t to, uint64_t ns, uint64_t cost)
{
    uint64_t width = slices->end - slices->begin;
    while (ns != 0 || cost != 0) {
        uint64_t border = (from & ~(width - 1)) + width;
        struct slice_sum part = {.ns = ns, .cost = cost};
        if (to > border) {
            double share = (double)(border - from) / (double)(to - from);
            part.ns = (uint64_t)(share * (double)ns);
            part.cost = (uint64_t)(share * (double)cost);
        }
        if ((part.ns | part.cost) != 0) {
            struct slice_sum *sum = slices_sum(slices, node, from);
            if (sum == NULL)
                return -1;
            sum->ns += part.ns;
            sum->cost += part.cost;
        }
        ns -= part.ns;
        cost -= part.cost;
        from = border;
    }
    return 0;
}

int slices_finish(struct slices *slices)
{
    return tell_slice(slices);
}

/* ---- what was told ---------------------------------------------------------------------------------------------- */

bool slice_add(struct reading *slice, struct slice_sum *sums, uint32_t count)
{
    uint64_t node = 0;
    for (uint64_t left = read_number(slice); left != 0 && !slice->failed; left--) {
        node += read_number(slice);
        const struct slice_sum sum = read_sum(slice);
        if (node >= count)
            return false;
        sums[node].calls += sum.calls;
        sums[node].ns += sum.ns;
        sums[node].cost += sum.cost;
    }
    return !slice->failed;
}

struct numbered_sum {
    uint32_t node; /* first: compare_nodes finds it here */
    struct slice_sum sum;
};

bool slice_renumber(struct reading *slice, const uint32_t *numbers, uint32_t count, struct bytes *to)
{
    uint64_t used = read_number(slice), node = 0;
    struct numbered_sum *sums = used <= count ? malloc((used + 1) * sizeof *sums) : NULL;
    if (sums == NULL)
        return false;
    for (uint64_t i = 0; i < used; i++) {
        node += read_number(slice);
        sums[i] = (struct numbered_sum){node < count ? numbers[node] : 0, read_sum(slice)};
    }
    qsort(sums, used, sizeof *sums, compare_nodes);
    bytes_number(to, used);
    for (uint64_t i = 0; i < used; i++)
        put_sum(to, sums[i].node - (i != 0 ? sums[i - 1].node : 0), &sums[i].sum);
    free(sums);
    return !slice->failed && !to->failed;
}

void slice_group_add(struct slice_group *group, uint64_t slice, const struct bytes *sums)
{
    if (group->bytes.count == 0) {
        group->group = slice / SLICES_IN_GROUP;
        group->last = 0;
    }
    bytes_number(&group->bytes, slice % SLICES_IN_GROUP - group->last);
    bytes_put(&group->bytes, sums->at, sums->count);
    group->last = slice % SLICES_IN_GROUP;
}

/* Over a slice that is not wanted. */
static void skip_slice(struct reading *slice)
{
    for (uint64_t left = read_number(slice); left != 0 && !slice->failed; left--) {
        read_number(slice);
        read_sum(slice);
    }
}

bool slice_group_sum(struct reading *group, uint64_t first, uint64_t last, struct slice_sum *sums, uint32_t count)
{
    uint64_t slice = 0;
    while (group->at < group->end && !group->failed) {
        slice += read_number(group);
        if (slice < first || slice > last)
            skip_slice(group);
        else if (!slice_add(group, sums, count))
            return false;
    }
    return !group->failed;
}
