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

uint32_t nodes_child(struct nodes *nodes, uint32_t parent, uint32_t function)
{
    if (nodes->count == nodes->room && !grow(nodes))
        return UINT32_MAX;
    uint32_t *slot = find_slot(nodes, parent, function);
    if (*slot != 0)
        return *slot;
    uint32_t depth = nodes->at[parent].depth + 1;
    if (nodes->count >= VIEW_NODES_MOST || depth > VIEW_DEPTH_MOST)
        return parent;
    nodes->at[nodes->count] = (struct node){parent, function, depth};
    *slot = nodes->count;
    return nodes->count++;
}

uint32_t *nodes_add(struct nodes *nodes, const struct nodes *other)
{
    uint32_t *numbers = calloc(other->count + (size_t)1, sizeof *numbers);
    for (uint32_t i = 1; numbers != NULL && i < other->count; i++) {
        numbers[i] = nodes_child(nodes, numbers[other->at[i].parent], other->at[i].function);
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
            nodes_child(nodes, (uint32_t)(next - back), (uint32_t)function) != next)
            return false;
    }
    return true;
}
