/* Arrays that grow: room doubles each time the count is a power of two. */
#ifndef CALLTAPE_IMPORT_GROWING_H
#define CALLTAPE_IMPORT_GROWING_H

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

#endif
