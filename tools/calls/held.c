#include "calls/held.h"

#include <stdlib.h>

void held_append(struct held_list *list, struct held *held)
{
    held->next = NULL;
    *(list->last != NULL ? &list->last->next : &list->first) = held;
    list->last = held;
}

int held_add(struct held_list *list, const struct tape_event *event, uint64_t place)
{
    struct held *held = malloc(sizeof *held);
    if (held == NULL)
        return -1;
    *held = (struct held){.place = place, .event = *event};
    if (event->kind == TAPE_VALUE && kept_add(&held->value, event) != 0) {
        free(held);
        return -1;
    }
    if (held->value != NULL)
        held->event = kept_event(held->value);
    held_append(list, held);
    return 0;
}

struct held *held_take(struct held_list *list)
{
    struct held *held = list->first;
    if (held != NULL)
        list->first = held->next;
    if (list->first == NULL)
        list->last = NULL;
    return held;
}

void held_free(struct held *held)
{
    kept_free(held->value);
    free(held);
}

void held_free_all(struct held_list *list)
{
    struct held *held;
    while ((held = held_take(list)) != NULL)
        held_free(held);
}
