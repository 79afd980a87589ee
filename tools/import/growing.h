/* Arrays that grow: room doubles each time the count is a power of two. */
#ifndef CALLTAPE_IMPORT_GROWING_H
#define CALLTAPE_IMPORT_GROWING_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* One item more at the end of *(T **)array, not yet set; NULL: no memory, nothing changed. */
static inline void *growing_add(void *array, size_t *count, size_t size)
{
    char *items;
    memcpy(&items, array, sizeof items);
    if ((*count & (*count - 1)) == 0) {
        items = realloc(items, (*count != 0 ? 2 * *count : 1) * size);
        if (items == NULL)
            return NULL;
        memcpy(array, &items, sizeof items);
    }
    return items + (*count)++ * size;
}

/* Of a stack, *room items of which `count` are in use: there is room for one more, and stays. False: no memory. */
static inline bool growing_room(void *array, size_t count, size_t *room, size_t size)
{
    char *items;
    if (count < *room)
        return true;
    memcpy(&items, array, sizeof items);
    size_t more = *room != 0 ? 2 * *room : 64;
    items = realloc(items, more * size);
    if (items == NULL)
        return false;
    memcpy(array, &items, sizeof items);
    *room = more;
    return true;
}

#endif
