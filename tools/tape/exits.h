/* What each open call of one thread brings to its exit, by stack: the mean gap before exits of its function, as the
 * block in which it was entered tells (FORMAT.md, 3.3). */
#ifndef CALLTAPE_TAPE_EXITS_H
#define CALLTAPE_TAPE_EXITS_H

#include "base/numbers.h"
#include "tape/tape.h"

enum { GAP_UNKNOWN = 16 }; /* 1/16 ticks: what counts where nothing is known */

struct exits_stack {
    uint64_t number; /* first: struct numbers finds it here */
    uint32_t *gaps;  /* outermost call first, from [1] on; [0] is for an exit of none. NULL until room is reserved */
    size_t depth, room;
};

/* All zero: nothing is open on stack 0. Stacks without an open call are forgotten once another becomes current. */
struct exits {
    struct exits_stack current;
    struct numbers others;
};

void exits_free(struct exits *exits);
/* Room for `count` more calls on the current stack; -1: no memory. */
int exits_reserve(struct exits *exits, size_t count);
/* What a special (JUMP, STACK, INHERIT, GAP) does to what is open; -1: no memory. */
int exits_special(struct exits *exits, const struct tape_event *event);

/* A call of the stack `number` is open: at the beginning; -1: no memory. */
int exits_open(struct exits *exits, uint64_t number, uint32_t gap);
/* Makes the stack `number` current. */
int exits_enter(struct exits *exits, uint64_t number);
/* All of it in a number, whatever the order of its stacks. */
uint64_t exits_state(const struct exits *exits);

/* The caller has reserved the room. */
static inline void exits_push(struct exits_stack *open, uint32_t gap)
{
    open->gaps[++open->depth] = gap;
}

/* An exit: what it brings. */
static inline uint32_t exits_pop(struct exits_stack *open)
{
    return open->depth != 0 ? open->gaps[open->depth--] : GAP_UNKNOWN;
}

/* An entry (1), or an exit (0): opens a call, or ends the innermost; for one event more there is room. What an exit has
 * brought to it, as far as that is one: without a branch, as none could foresee which it is. */
static inline uint32_t exits_step(struct exits_stack *open, uint64_t entry, uint32_t gap)
{
    uint32_t *top = &open->gaps[open->depth], brought = *top;
    top[1] = gap;
    open->depth += 2 * entry - 1;
    open->depth += open->depth >> (8 * sizeof open->depth - 1); /* an exit of none leaves none */
    return brought;
}

#endif
