#include "analyze/path_nodes.h"

#include <stdlib.h>

static size_t slot_of(const struct path_nodes *all, uint32_t parent, uint32_t function)
{
    uint64_t mixed = ((uint64_t)parent << 32 | function) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(mixed >> 32) & (all->slots - 1);
}

/* The slot that holds the child, or the free one where it belongs. */
static uint32_t *find_slot(const struct path_nodes *all, uint32_t parent, uint32_t function)
{
    size_t slot = slot_of(all, parent, function);
    while (all->table[slot] != 0) {
        const struct path *node = &all->nodes[all->table[slot]];
        if (node->parent == parent && node->function == function)
            break;
        slot = (slot + 1) & (all->slots - 1);
    }
    return &all->table[slot];
}

static int grow_table(struct path_nodes *all)
{
    size_t slots = all->slots != 0 ? 2 * all->slots : 1024;
    uint32_t *table = calloc(slots, sizeof *table);
    if (table == NULL)
        return -1;
    free(all->table);
    all->table = table;
    all->slots = slots;
    for (uint32_t i = 1; i < all->count; i++)
        if (all->nodes[i].function != CT_NONE)
            *find_slot(all, all->nodes[i].parent, all->nodes[i].function) = i;
    return 0;
}

static int grow_nodes(struct path_nodes *all)
{
    size_t room = all->room != 0 ? 2 * all->room : 256;
    struct path *nodes = realloc(all->nodes, room * sizeof *nodes);
    if (nodes != NULL)
        all->nodes = nodes;
    struct path_took *tooks = nodes != NULL ? realloc(all->tooks, room * sizeof *tooks) : NULL;
    if (tooks != NULL)
        all->tooks = tooks;
    struct path_recent *recent = tooks != NULL ? realloc(all->recent, room * sizeof *recent) : NULL;
    if (recent == NULL)
        return -1;
    all->recent = recent;
    all->room = room;
    return 0;
}

uint32_t path_nodes_add(struct path_nodes *all, uint32_t parent, uint32_t function, uint32_t process, uint32_t depth)
{
    if (all->count == all->room && grow_nodes(all) != 0)
        return CT_NONE;
    all->tooks[all->count] = (struct path_took){0};
    all->recent[all->count] = (struct path_recent){0};
    all->nodes[all->count] = (struct path){
        .function = function,
        .process = process,
        .parent = parent,
        .first_child = CT_NONE,
        .next = CT_NONE,
        .depth = depth,
    };
    return (uint32_t)all->count++;
}

static uint32_t remember(struct path_nodes *all, uint32_t parent, uint32_t function, uint32_t node)
{
    all->recent[parent] = (struct path_recent){node, function};
    return node;
}

int64_t path_nodes_find_child(struct path_nodes *all, uint32_t parent, uint32_t function, size_t most)
{
    const struct path *from = &all->nodes[parent];
    uint32_t depth = from->function != CT_NONE ? from->depth + 1 : 0;
    if (2 * all->count >= all->slots && grow_table(all) != 0)
        return PATH_NO_MEMORY;
    uint32_t *slot = find_slot(all, parent, function);
    if (*slot != 0)
        return remember(all, parent, function, *slot);
    if (all->count >= most || depth >= PATHS_MOST_DEPTH)
        return PATH_NO_ROOM;
    uint32_t node = path_nodes_add(all, parent, function, CT_NONE, depth);
    if (node == CT_NONE)
        return PATH_NO_MEMORY;
    *slot = node;
    return remember(all, parent, function, node);
}

static void join_node(struct path_nodes *to, uint32_t node, const struct path_nodes *from, uint32_t other)
{
    struct path *at = &to->nodes[node];
    const struct path *more = &from->nodes[other];
    took_join(&to->tooks[node].total, &from->tooks[other].total);
    took_join(&to->tooks[node].self, &from->tooks[other].self);
    took_longest(&to->tooks[node].longest, from->tooks[other].longest.ticks, from->tooks[other].longest.cost);
    to->tooks[node].squares += from->tooks[other].squares;
    at->calls += more->calls;
    at->jumped += more->jumped;
    at->open += more->open;
    at->recursive += more->recursive;
    at->folded += more->folded;
}

/* A child is made after its parent. The root and the processes come first, in the same order. */
static int join_nodes(struct path_nodes *to, const struct path_nodes *from, uint32_t *places)
{
    for (uint32_t i = 0; i < from->count; i++) {
        const struct path *node = &from->nodes[i];
        int64_t place = i;
        if (node->function != CT_NONE)
            place = path_nodes_child(to, places[node->parent], node->function, PATHS_MOST_NODES);
        if (place < 0)
            return (int)place;
        places[i] = (uint32_t)place;
        join_node(to, places[i], from, i);
    }
    return 0;
}

int path_nodes_join(struct path_nodes *to, const struct path_nodes *from)
{
    uint32_t *places = malloc((from->count + 1) * sizeof *places);
    int status = places != NULL ? join_nodes(to, from, places) : PATH_NO_MEMORY;
    free(places);
    return status;
}

void path_nodes_free(struct path_nodes *all)
{
    free(all->nodes);
    free(all->tooks);
    free(all->recent);
    free(all->table);
    *all = (struct path_nodes){0};
}

static int compare_nodes(const void *a, const void *b, void *context)
{
    const struct path *nodes = context, *one = &nodes[*(const uint32_t *)a], *other = &nodes[*(const uint32_t *)b];
    if (one->total.ns != other->total.ns)
        return one->total.ns > other->total.ns ? -1 : 1;
    if (one->calls != other->calls)
        return one->calls > other->calls ? -1 : 1;
    if (one->function != other->function)
        return one->function < other->function ? -1 : 1;
    return one->process < other->process ? -1 : one->process > other->process;
}

/* Links the children of all nodes, largest first: sorts all nodes from smallest to largest, each goes to the front. */
static int link_children(struct paths *paths)
{
    uint32_t *order = malloc(paths->count * sizeof *order);
    if (order == NULL)
        return -1;
    for (uint32_t i = 0; i < paths->count; i++)
        order[i] = i;
    qsort_r(order, paths->count, sizeof *order, compare_nodes, paths->nodes);
    for (size_t i = paths->count; i-- != 0;) {
        struct path *node = &paths->nodes[order[i]];
        if (node->parent == CT_NONE)
            continue;
        node->next = paths->nodes[node->parent].first_child;
        paths->nodes[node->parent].first_child = order[i];
    }
    free(order);
    return 0;
}

/* A child is made after its parent, so going backwards every node is whole before it is added to its parent. */
static void sum_roots(struct paths *paths, struct path_took *tooks)
{
    for (size_t i = paths->count; i-- != 1;) {
        const struct path *node = &paths->nodes[i];
        struct took *parent = &tooks[node->parent].total;
        paths->folded += node->folded;
        if (paths->nodes[node->parent].function != CT_NONE)
            continue;
        took_add(parent, tooks[i].total.ticks, tooks[i].total.cost);
        took_bound(parent, i, tooks[i].total.bound);
    }
}

static void fill_durations(struct paths *paths, const struct path_took *tooks, struct scale scale)
{
    double ns_a_tick = (double)scale.ns / (double)scale.ticks, square = ns_a_tick * ns_a_tick;
    for (size_t i = 0; i < paths->count; i++) {
        struct path *node = &paths->nodes[i];
        node->total = took_duration(&tooks[i].total, scale, paths->sums.raw);
        node->self = took_duration(&tooks[i].self, scale, paths->sums.raw);
        node->self_squares = tooks[i].squares * square;
        took_agree(&node->total, &node->self, took_same(&tooks[i].total, &tooks[i].self),
                   paths->sums.raw ? 0 : took_longest_ns(&tooks[i].longest, scale));
    }
    for (size_t i = paths->count; i-- != 1;) {
        const struct path *node = &paths->nodes[i];
        struct path *parent = &paths->nodes[node->parent];
        if (parent->total.ns < node->total.ns)
            parent->total.ns = node->total.ns;
    }
    double whole = (double)paths->nodes[0].total.ns;
    for (size_t i = 0; i < paths->count; i++)
        paths->nodes[i].share = whole > 0 ? (double)paths->nodes[i].total.ns / whole : 0;
}

static void mark_hot(struct paths *paths)
{
    struct path *node = &paths->nodes[0];
    node->hot = true;
    while (node->first_child != CT_NONE) {
        struct path *child = &paths->nodes[node->first_child];
        bool first = paths->inverted && node->function == CT_NONE;
        if (child->total.ns == 0 || (child->total.ns < node->total.ns / 2 && !first))
            break;
        child->hot = true;
        node = child;
    }
}

static void give(struct path_nodes *all, struct paths *paths)
{
    free(paths->nodes);
    free(paths->tooks);
    paths->nodes = all->nodes;
    paths->tooks = all->tooks;
    paths->count = all->count;
    all->nodes = NULL;
    all->tooks = NULL;
    path_nodes_free(all);
}

int path_nodes_finish(struct path_nodes *all, struct paths *paths, struct scale scale)
{
    give(all, paths);
    paths->folded = 0;
    sum_roots(paths, paths->tooks);
    fill_durations(paths, paths->tooks, scale);
    if (link_children(paths) != 0)
        return -1;
    mark_hot(paths);
    return 0;
}
