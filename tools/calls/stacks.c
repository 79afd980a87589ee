#include "calls/stacks.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16, FIRST_SLOTS = 2 };

static size_t slot_of(const struct stacks *stacks, uint64_t number)
{
    return (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (stacks->slots - 1);
}

/* Where `number` is, or where it would be put. There is always a free slot. */
static size_t find_slot(const struct stacks *stacks, uint64_t number)
{
    size_t slot = slot_of(stacks, number);
    while (stacks->table[slot] != NULL && stacks->table[slot]->number != number)
        slot = (slot + 1) & (stacks->slots - 1);
    return slot;
}

static int grow(struct stacks *stacks)
{
    struct stacks wider = {.slots = stacks->slots != 0 ? 2 * stacks->slots : FIRST_SLOTS, .count = stacks->count};
    wider.table = calloc(wider.slots, sizeof *wider.table);
    if (wider.table == NULL)
        return -1;
    for (size_t i = 0; i < stacks->slots; i++)
        if (stacks->table[i] != NULL)
            wider.table[find_slot(&wider, stacks->table[i]->number)] = stacks->table[i];
    free(stacks->table);
    *stacks = wider;
    return 0;
}

struct stack *stacks_find(const struct stacks *stacks, uint64_t number)
{
    return stacks->slots != 0 ? stacks->table[find_slot(stacks, number)] : NULL;
}

struct stack *stacks_get(struct stacks *stacks, uint64_t number)
{
    struct stack *stack = stacks_find(stacks, number);
    if (stack != NULL)
        return stack;
    if (4 * (stacks->count + 1) > 3 * stacks->slots && grow(stacks) != 0)
        return NULL;
    stack = calloc(1, sizeof *stack);
    if (stack == NULL)
        return NULL;
    stack->number = number;
    stacks->table[find_slot(stacks, number)] = stack;
    stacks->count++;
    return stack;
}

static void free_stack(struct stack *stack)
{
    if (stack != NULL)
        free(stack->calls);
    free(stack);
}

void stacks_forget(struct stacks *stacks, uint64_t number)
{
    size_t hole = find_slot(stacks, number), mask = stacks->slots - 1;
    if (stacks->table[hole] == NULL)
        return;
    free_stack(stacks->table[hole]);
    stacks->table[hole] = NULL;
    stacks->count--;
    /* Those behind move up where the hole would cut them off from their own slot. */
    for (size_t i = (hole + 1) & mask; stacks->table[i] != NULL; i = (i + 1) & mask) {
        size_t home = slot_of(stacks, stacks->table[i]->number);
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        stacks->table[hole] = stacks->table[i];
        stacks->table[i] = NULL;
        hole = i;
    }
}

void stacks_free(struct stacks *stacks)
{
    for (size_t i = 0; i < stacks->slots; i++)
        free_stack(stacks->table[i]);
    free(stacks->table);
    *stacks = (struct stacks){0};
}

struct call *stack_push(struct stack *stack)
{
    if (stack->depth == stack->room) {
        uint32_t room = stack->room != 0 ? stack->room + stack->room / 2 : FIRST_ROOM;
        struct call *calls = room > stack->room ? realloc(stack->calls, room * sizeof *calls) : NULL;
        if (calls == NULL)
            return NULL;
        stack->calls = calls;
        stack->room = room;
    }
    return &stack->calls[stack->depth++];
}
