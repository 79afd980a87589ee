#include "analyze/active.h"

#include <stdlib.h>

struct active_entry {
    uint64_t stack;
    uint32_t function;
    uint32_t count; /* 0: a free slot */
};

struct active *active_create(uint32_t functions)
{
    struct active *active = calloc(1, sizeof *active);
    if (active != NULL && (active->first = calloc(functions, sizeof *active->first)) == NULL) {
        free(active);
        return NULL;
    }
    return active;
}

void active_destroy(struct active *active)
{
    if (active == NULL)
        return;
    free(active->first);
    free(active->table);
    free(active);
}

static size_t home_of(const struct active *active, const struct active_entry *entry)
{
    uint64_t mixed = (entry->stack * UINT64_C(0x9e3779b97f4a7c15)) ^ (entry->function * UINT64_C(0xd6e8feb86659fd93));
    return (size_t)(mixed >> 32 ^ mixed >> 7) & (active->slots - 1);
}

static struct active_entry *find(const struct active *active, uint64_t stack, uint32_t function)
{
    const struct active_entry wanted = {.stack = stack, .function = function};
    size_t slot = home_of(active, &wanted);
    for (;; slot = (slot + 1) & (active->slots - 1)) {
        struct active_entry *entry = &active->table[slot];
        if (entry->count == 0 || (entry->stack == stack && entry->function == function))
            return entry;
    }
}

static int grow(struct active *active)
{
    struct active wider = *active;
    wider.slots = active->slots != 0 ? 2 * active->slots : 64;
    wider.table = calloc(wider.slots, sizeof *wider.table);
    if (wider.table == NULL)
        return -1;
    for (size_t i = 0; i < active->slots; i++)
        if (active->table[i].count != 0)
            *find(&wider, active->table[i].stack, active->table[i].function) = active->table[i];
    free(active->table);
    *active = wider;
    return 0;
}

/* Those behind the freed slot move up where it would cut them off from their home. */
static void close_hole(struct active *active, size_t hole)
{
    size_t mask = active->slots - 1;
    for (size_t i = (hole + 1) & mask; active->table[i].count != 0; i = (i + 1) & mask) {
        if (((i - home_of(active, &active->table[i])) & mask) < ((i - hole) & mask))
            continue;
        active->table[hole] = active->table[i];
        active->table[i].count = 0;
        hole = i;
    }
}

int64_t active_begin_other(struct active *active, uint64_t stack, uint32_t function)
{
    if (2 * (active->used + 1) > active->slots && grow(active) != 0)
        return -1;
    struct active_entry *entry = find(active, stack, function);
    if (entry->count == 0) {
        *entry = (struct active_entry){.stack = stack, .function = function};
        active->used++;
    }
    return entry->count++;
}

int64_t active_end_other(struct active *active, uint64_t stack, uint32_t function)
{
    struct active_entry *entry = find(active, stack, function);
    uint32_t left = --entry->count;
    if (left == 0) {
        active->used--;
        close_hole(active, (size_t)(entry - active->table));
    }
    return left;
}

uint32_t active_count_other(const struct active *active, uint64_t stack, uint32_t function)
{
    return active->slots != 0 ? find(active, stack, function)->count : 0;
}
