#include "analyze/below.h"

#include <stdlib.h>

enum { FIRST_ROOM = 8 };

/* Where the function's item is, or would be put. */
static uint32_t slot_of(const struct below *below, uint32_t function)
{
    uint32_t mask = below->slot_count - 1, slot = function * UINT32_C(0x9e3779b1) >> 7 & mask;
    while (below->slots[slot] != 0 && below->items[below->slots[slot] - 1].function != function)
        slot = (slot + 1) & mask;
    return slot;
}

static int grow(struct below *below)
{
    uint32_t room = below->room != 0 ? 2 * below->room : FIRST_ROOM;
    struct below_item *items = realloc(below->items, room * sizeof *items);
    if (items != NULL)
        below->items = items;
    uint32_t *slots = calloc(2 * (size_t)room, sizeof *slots);
    if (items == NULL || slots == NULL) {
        free(slots);
        return -1;
    }
    free(below->slots);
    below->slots = slots;
    below->room = room;
    below->slot_count = 2 * room;
    for (uint32_t i = 0; i < below->count; i++) {
        below->items[i].slot = slot_of(below, below->items[i].function);
        below->slots[below->items[i].slot] = i + 1;
    }
    return 0;
}

int below_add(struct below *below, uint32_t function, uint64_t calls, uint64_t ticks, uint64_t cost)
{
    if (below->count == below->room && grow(below) != 0)
        return -1;
    uint32_t slot = slot_of(below, function);
    if (below->slots[slot] == 0) {
        below->items[below->count] = (struct below_item){.function = function, .slot = slot};
        below->slots[slot] = ++below->count;
    }
    struct below_item *item = &below->items[below->slots[slot] - 1];
    item->calls += calls;
    item->ticks += ticks;
    item->cost += cost;
    return 0;
}

int below_join(struct below *to, const struct below *from)
{
    for (uint32_t i = 0; i < from->count; i++) {
        const struct below_item *item = &from->items[i];
        if (below_add(to, item->function, item->calls, item->ticks, item->cost) != 0)
            return -1;
    }
    return 0;
}

void below_clear(struct below *below)
{
    for (uint32_t i = 0; i < below->count; i++)
        below->slots[below->items[i].slot] = 0;
    below->count = 0;
}

void below_free(struct below *below)
{
    free(below->items);
    free(below->slots);
    *below = (struct below){0};
}
