#include <stdlib.h>
#include <string.h>

#include "tape/state.h"

static int grow(struct table *table, uint32_t count)
{
    if (count > table->room) {
        uint64_t room = table->room * UINT64_C(3) / 2 > count ? table->room * UINT64_C(3) / 2 : count;
        room = room < UINT32_MAX ? room : UINT32_MAX;
        void *at = realloc(table->at, room * table->item_bytes);
        if (!at)
            return -1;
        table->at = at;
        table->room = (uint32_t)room;
    }
    for (; table->count < count; table->count++)
        memcpy((char *)table->at + table->count * table->item_bytes, table->empty, table->item_bytes);
    return 0;
}

void *table_at(struct table *table, uint32_t index)
{
    if (index == UINT32_MAX || (index >= table->count && grow(table, index + 1) != 0))
        return NULL;
    return (char *)table->at + index * table->item_bytes;
}

void *table_add(struct table *table)
{
    return table_at(table, table->count);
}

const char *tape_own(struct tape *tape, const char *text)
{
    char *copy = strdup(text);
    const char **slot = copy ? table_add(&tape->owned) : NULL;
    if (!slot) {
        free(copy);
        return NULL;
    }
    return *slot = copy;
}

int tape_add_note(struct tape *tape, const char *text)
{
    const char **slot = table_add(&tape->notes);
    if (!slot)
        return -1;
    *slot = text;
    return 0;
}
