/* Where the values of events lie (FORMAT.md, 3.4), for the files of this folder. */
#ifndef CALLTAPE_TAPE_VALUES_H
#define CALLTAPE_TAPE_VALUES_H

#include "tape/tape.h"

/* What a value with `size` bytes takes in memory: so much that another may follow. */
static inline size_t value_bytes(size_t size)
{
    return sizeof(struct tape_value) + (size + 7) / 8 * 8;
}

/* Parts the clock that its first bytes are from the rest. What is too short for it has none, and no bytes. */
void value_take_time(struct tape_value *value);

#endif
