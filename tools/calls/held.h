/* Notes and values that wait until it is known whether the call around them is shown: copies, the first one first. */
#ifndef CALLTAPE_CALLS_HELD_H
#define CALLTAPE_CALLS_HELD_H

#include "calls/kept.h"

struct held {
    struct held *next;
    uint64_t place; /* filter_place() when it came */
    struct tape_event event;
    struct kept_value *value; /* of a TAPE_VALUE */
};

struct held_list {
    struct held *first, *last;
};

/* -1: no memory. */
int held_add(struct held_list *list, const struct tape_event *event, uint64_t place);
/* The first one, which is then the caller's; NULL: there is none. */
struct held *held_take(struct held_list *list);
void held_append(struct held_list *list, struct held *held);
void held_free(struct held *held); /* one alone */
void held_free_all(struct held_list *list);

#endif
