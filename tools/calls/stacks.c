#include "calls/stacks.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

struct stack *stacks_get(struct numbers *stacks, uint64_t number)
{
    return numbers_get(stacks, number, sizeof(struct stack));
}

static void free_stack(struct stack *stack)
{
    if (stack != NULL)
        free(stack->calls);
    free(stack);
}

void stacks_forget(struct numbers *stacks, uint64_t number)
{
    free_stack(numbers_take(stacks, number));
}

void stacks_free(struct numbers *stacks)
{
    for (size_t i = 0; i < stacks->slots; i++)
        free_stack(stacks->table[i]);
    numbers_free(stacks);
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
