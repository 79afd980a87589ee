/* The call stacks of one thread, by number. Used by calls.c alone. */
#ifndef CALLTAPE_CALLS_STACKS_H
#define CALLTAPE_CALLS_STACKS_H

#include "base/numbers.h"
#include "calls/calls.h"

struct stack {
    uint64_t number; /* first: struct numbers finds it here */
    struct call *calls;
    uint32_t depth, room;
    uint64_t left_ticks; /* when another stack became current, waits left out; of no meaning while it is itself */
    uint64_t left_cost;  /* the thread's cost until then; likewise */
};

/* The stack of that number, a new empty one if need be; NULL: no memory. It stays where it is until forgotten. */
struct stack *stacks_get(struct numbers *stacks, uint64_t number);
void stacks_forget(struct numbers *stacks, uint64_t number);
void stacks_free(struct numbers *stacks);

/* Room for one more call on top, not yet set; NULL: no memory. May move the calls below. */
struct call *stack_push(struct stack *stack);

#endif
