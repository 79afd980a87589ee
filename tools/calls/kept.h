/* Values that wait for what their call comes to: copies, in a list, the first one first. */
#ifndef CALLTAPE_CALLS_KEPT_H
#define CALLTAPE_CALLS_KEPT_H

#include "tape/tape.h"

struct kept_value {
    struct kept_value *next;
    uint64_t ticks; /* of the event */
    struct tape_value value;
};

/* Adds a TAPE_VALUE's at the end; -1: no memory. */
int kept_add(struct kept_value **list, const struct tape_event *event);
/* Appends all of `more`. */
void kept_join(struct kept_value **list, struct kept_value *more);
void kept_free(struct kept_value *list); /* NULL is allowed */

/* As it came. */
static inline struct tape_event kept_event(const struct kept_value *kept)
{
    return (struct tape_event){.ticks = kept->ticks, .value = &kept->value, .kind = TAPE_VALUE};
}

#endif
