#include "calls/kept.h"

#include <stdlib.h>
#include <string.h>

void kept_join(struct kept_value **list, struct kept_value *more)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = more;
}

int kept_add(struct kept_value **list, const struct tape_event *event)
{
    struct kept_value *kept = malloc(sizeof *kept + event->value->size);
    if (kept == NULL)
        return -1;
    kept->next = NULL;
    kept->ticks = event->ticks;
    kept->value = *event->value;
    memcpy(kept->value.bytes, event->value->bytes, event->value->size);
    kept_join(list, kept);
    return 0;
}

void kept_free(struct kept_value *list)
{
    while (list != NULL) {
        struct kept_value *next = list->next;
        free(list);
        list = next;
    }
}
