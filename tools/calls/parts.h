/* Calls that came in parts, put together. Used by crew.c, and by the viewer, which has pieces of its own. */
#ifndef CALLTAPE_CALLS_PARTS_H
#define CALLTAPE_CALLS_PARTS_H

#include "base/numbers.h"
#include "calls/crew.h"

/* Of one piece, in the order of their ends. All zero: none. */
struct call_parts {
    struct call *parts;
    size_t count, room;
};

/* What is open of one thread behind the pieces that were added. All zero: nothing. */
struct wholes {
    struct numbers stacks;
};

void call_parts_free(struct call_parts *parts);

/* Who is told of the calls that end, as of struct calls_crew. */
struct wholes_receiver {
    void (*whole)(void *context, const struct call *call);
    int (*join)(void *context, const struct call *call, const struct call *part);
    void *context;
};

/* Adds the next piece's. -1: no memory. */
int wholes_add(struct wholes *wholes, const struct call_parts *parts, const struct wholes_receiver *receiver);
void wholes_free(struct wholes *wholes);

#endif
