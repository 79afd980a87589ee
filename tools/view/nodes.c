#include "view/nodes.h"

#include <stdlib.h>

enum { FIRST_ROOM = 256 };

/* The slot that holds the child, or the free one where it belongs. */
static uint32_t *find_slot(const struct nodes *nodes, uint32_t parent, uint32_t function)
{
    uint64_t mixed = ((uint64_t)parent << 32 | function) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t slot = (uint32_t)(mixed >> 32) & (nodes->slots - 1);
    while (nodes->table[slot] != 0) {
        const struct node *node = &nodes->at[nodes->table[slot]];
        if (node->parent == parent && node->function == function)
            break;
        slot = (slot + 1) & (nodes->slots - 1);
    }
    return &nodes->table[slot];
}

/* Twice the room for nodes, and a table that stays half empty. */
static bool grow(struct nodes *nodes)
{
    uint32_t room = nodes->room != 0 ? 2 * nodes->room : FIRST_ROOM;
    struct node *at = realloc(nodes->at, room * sizeof *at);
    if (at != NULL)
        nodes->at = at;
    uint32_t *table = at != NULL ? calloc((size_t)2 * room, sizeof *table) : NULL;
    if (table == NULL)
        return false;
    free(nodes->table);
    nodes->table = table;
    nodes->slots = 2 * room;
    nodes->room = room;
    if (nodes->count == 0)
        nodes->at[nodes->count++] = (struct node){0};
    for (uint32_t i = 1; i < nodes->count; i++)
        *find_slot(nodes, nodes->at[i].parent, nodes->at[i].function) = i;
    return true;
}

/* The child, made where there is none. */
static uint32_t child(struct nodes *nodes, uint32_t parent, uint32_t function, uint32_t depth)
{
    if (nodes->count == nodes->room && !grow(nodes))
        return UINT32_MAX;
    uint32_t *slot = find_slot(nodes, parent, function);
    if (*slot == 0) {
        nodes->at[nodes->count] = (struct node){parent, function, depth};
        *slot = nodes->count++;
    }
    return *slot;
}

static bool stands_for_many(const struct node *node)
{
    return node->function == NODE_DEEPER || node->function == NODE_MORE;
}

static bool full(const struct nodes *nodes)
{
    return nodes->count >= VIEW_NODES_MOST;
}

/* The node that holds by function what is called from `parent`. */
static uint32_t holder_of(struct nodes *nodes, uint32_t parent)
{
    const struct node *node = &nodes->at[parent];
    if (node->depth > VIEW_DEPTH_MOST)
        return stands_for_many(node) ? parent : node->parent;
    return full(nodes) && *find_slot(nodes, parent, NODE_DEEPER) == 0
               ? child(nodes, 0, NODE_MORE, VIEW_DEPTH_MOST + 1)
               : child(nodes, parent, NODE_DEEPER, VIEW_DEPTH_MOST + 1);
}

static uint32_t held_child(struct nodes *nodes, uint32_t parent, uint32_t function)
{
    uint32_t holder = holder_of(nodes, parent);
    if (holder == UINT32_MAX)
        return holder;
    if (nodes->at[holder].function == NODE_DEEPER && full(nodes) && *find_slot(nodes, holder, function) == 0)
        holder = child(nodes, 0, NODE_MORE, VIEW_DEPTH_MOST + 1);
    return holder != UINT32_MAX ? child(nodes, holder, function, VIEW_DEPTH_MOST + 2) : holder;
}

uint32_t nodes_child(struct nodes *nodes, uint32_t parent, uint32_t function)
{
    if (nodes->count == nodes->room && !grow(nodes))
        return UINT32_MAX;
    uint32_t depth = nodes->at[parent].depth + 1;
    if (depth <= VIEW_DEPTH_MOST && (!full(nodes) || *find_slot(nodes, parent, function) != 0))
        return child(nodes, parent, function, depth);
    return held_child(nodes, parent, function);
}

/* As it stands in another tree, or was written. */
static uint32_t copied_child(struct nodes *nodes, uint32_t parent, uint32_t function)
{
    if (nodes->count == 0 && !grow(nodes))
        return UINT32_MAX;
    if (function == NODE_MORE)
        return child(nodes, 0, NODE_MORE, VIEW_DEPTH_MOST + 1);
    return function == NODE_DEEPER ? holder_of(nodes, parent) : nodes_child(nodes, parent, function);
}

uint32_t *nodes_add(struct nodes *nodes, const struct nodes *other)
{
    uint32_t *numbers = calloc(other->count + (size_t)1, sizeof *numbers);
    for (uint32_t i = 1; numbers != NULL && i < other->count; i++) {
        numbers[i] = copied_child(nodes, numbers[other->at[i].parent], other->at[i].function);
        if (numbers[i] == UINT32_MAX) {
            free(numbers);
            return NULL;
        }
    }
    return numbers;
}

void nodes_free(struct nodes *nodes)
{
    free(nodes->at);
    free(nodes->table);
    *nodes = (struct nodes){0};
}

void nodes_write(const struct nodes *nodes, uint32_t first, struct bytes *to)
{
    for (uint32_t i = first; i < nodes->count; i++) {
        bytes_number(to, i - nodes->at[i].parent);
        bytes_number(to, nodes->at[i].function);
    }
}

bool nodes_read(struct nodes *nodes, struct reading *from)
{
    while (from->at < from->end) {
        uint64_t next = nodes->count != 0 ? nodes->count : 1;
        uint64_t back = read_number(from), function = read_number(from);
        if (from->failed || back == 0 || back > next || function > UINT32_MAX ||
            copied_child(nodes, (uint32_t)(next - back), (uint32_t)function) != next)
            return false;
    }
    return true;
}
