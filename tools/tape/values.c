#include "tape/values.h"

#include <string.h>

void value_take_time(struct tape_value *value)
{
    uint64_t ticks;
    if (value->size < sizeof ticks) {
        value->size = 0;
        return;
    }
    memcpy(&ticks, value->bytes, sizeof ticks);
    value->size = (uint16_t)(value->size - sizeof ticks);
    memmove(value->bytes, value->bytes + sizeof ticks, value->size);
    value->ticks = ticks;
    value->timed = 1;
}
