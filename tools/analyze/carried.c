#include "analyze/carried.h"

#include <stdlib.h>

enum { FIRST_ROOM = 64 };

void carried_free(struct carried *carried)
{
    if (carried == NULL)
        return;
    below_free(&carried->below);
    kept_free(carried->values);
    free(carried);
}

void carrier_free(struct carrier *carrier)
{
    for (uint32_t i = 0; i < carrier->count; i++)
        carried_free(carrier->items[i]);
    free(carrier->items);
    free(carrier->free);
    pthread_mutex_destroy(&carrier->mutex);
    *carrier = (struct carrier){0};
}

static int make_room(struct carrier *carrier)
{
    uint32_t room = carrier->room != 0 ? 2 * carrier->room : FIRST_ROOM;
    if (carrier->count < carrier->room)
        return 0;
    struct carried **items = realloc(carrier->items, room * sizeof(struct carried *));
    if (items != NULL)
        carrier->items = items;
    uint32_t *tags = realloc(carrier->free, room * sizeof *tags);
    if (tags != NULL)
        carrier->free = tags;
    if (items == NULL || tags == NULL)
        return -1;
    carrier->room = room;
    return 0;
}

static uint32_t put(struct carrier *carrier, struct carried *item)
{
    uint32_t tag = 0;
    if (carrier->free_count != 0)
        tag = carrier->free[--carrier->free_count];
    else if (make_room(carrier) == 0)
        tag = ++carrier->count;
    if (tag != 0)
        carrier->items[tag - 1] = item;
    return tag;
}

uint32_t carrier_put(struct carrier *carrier, const struct carried *from)
{
    struct carried *item = malloc(sizeof *item);
    if (item == NULL)
        return 0;
    *item = *from;
    pthread_mutex_lock(&carrier->mutex);
    uint32_t tag = put(carrier, item);
    pthread_mutex_unlock(&carrier->mutex);
    if (tag == 0)
        free(item);
    return tag;
}

struct carried *carrier_take(struct carrier *carrier, uint32_t tag)
{
    struct carried *item = NULL;
    if (tag == 0)
        return NULL;
    pthread_mutex_lock(&carrier->mutex);
    item = carrier->items[tag - 1];
    carrier->items[tag - 1] = NULL;
    carrier->free[carrier->free_count++] = tag;
    pthread_mutex_unlock(&carrier->mutex);
    return item;
}

static struct carried *find(struct carrier *carrier, uint32_t tag)
{
    pthread_mutex_lock(&carrier->mutex);
    struct carried *item = carrier->items[tag - 1];
    pthread_mutex_unlock(&carrier->mutex);
    return item;
}

int carrier_join(struct carrier *carrier, uint32_t to, uint32_t tag)
{
    struct carried *more = carrier_take(carrier, tag);
    if (to == 0 || more == NULL)
        return 0;
    struct carried *item = find(carrier, to);
    int status = below_join(&item->below, &more->below);
    kept_join(&item->values, more->values);
    more->values = NULL;
    carried_free(more);
    return status;
}
