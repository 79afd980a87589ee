#include "tape/exits.h"

#include <stdlib.h>

enum { FIRST_ROOM = 64 };

static void forget_all(struct exits *exits)
{
    for (size_t i = 0; i < exits->others.slots; i++) {
        struct exits_stack *stack = exits->others.table[i];
        if (stack)
            free(stack->gaps);
        free(stack);
    }
    numbers_free(&exits->others);
    exits->current.depth = 0;
}

void exits_free(struct exits *exits)
{
    forget_all(exits);
    free(exits->current.gaps);
    *exits = (struct exits){0};
}

int exits_reserve(struct exits *exits, size_t count)
{
    struct exits_stack *stack = &exits->current;
    if (stack->room - stack->depth >= count)
        return 0;
    size_t room = stack->room + stack->room / 2 + FIRST_ROOM + count;
    uint32_t *gaps = realloc(stack->gaps, (1 + room) * sizeof *gaps);
    if (!gaps)
        return -1;
    gaps[0] = GAP_UNKNOWN;
    stack->gaps = gaps;
    stack->room = room;
    return 0;
}

/* Puts the current stack aside where it holds anything. */
static int leave(struct exits *exits)
{
    if (exits->current.depth == 0)
        return 0;
    struct exits_stack *left = malloc(sizeof *left);
    if (!left)
        return -1;
    *left = exits->current;
    if (numbers_add(&exits->others, left) != 0) {
        free(left);
        return -1;
    }
    exits->current = (struct exits_stack){.number = left->number};
    return 0;
}

int exits_enter(struct exits *exits, uint64_t number)
{
    if (number == exits->current.number)
        return 0;
    if (leave(exits) != 0)
        return -1;
    struct exits_stack *entered = numbers_take(&exits->others, number);
    exits->current.number = number;
    if (entered) {
        free(exits->current.gaps);
        exits->current = *entered;
        free(entered);
    }
    return 0;
}

int exits_special(struct exits *exits, const struct tape_event *event)
{
    size_t depth = exits->current.depth;
    switch ((enum tape_event_kind)event->kind) {
    case TAPE_JUMP:
        exits->current.depth = event->n < depth ? depth - event->n : 0;
        return 0;
    case TAPE_STACK:
        return exits_enter(exits, event->n);
    case TAPE_INHERIT:
        if (exits_reserve(exits, 1) != 0)
            return -1;
        exits_push(&exits->current, GAP_UNKNOWN);
        return 0;
    case TAPE_GAP:
    case TAPE_OVERWRITTEN:
        forget_all(exits);
        return 0;
    default:
        return 0;
    }
}

int exits_open(struct exits *exits, uint64_t number, uint32_t gap)
{
    if (exits_enter(exits, number) != 0 || exits_reserve(exits, 1) != 0)
        return -1;
    exits_push(&exits->current, gap);
    return 0;
}

static uint64_t stack_state(const struct exits_stack *stack)
{
    uint64_t state = stack->number;
    for (size_t i = 1; i <= stack->depth; i++)
        state = (state ^ stack->gaps[i]) * UINT64_C(0x9e3779b97f4a7c15) + (state >> 29);
    return stack->depth != 0 ? state : 0;
}

uint64_t exits_state(const struct exits *exits)
{
    uint64_t state = stack_state(&exits->current);
    for (size_t i = 0; i < exits->others.slots; i++)
        state += exits->others.table[i] ? stack_state(exits->others.table[i]) : 0;
    return state;
}
