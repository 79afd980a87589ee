#include "calls/valued.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

void valued_free(struct valued *valued)
{
    for (uint32_t i = 0; i < valued->count; i++)
        kept_free(valued->calls[i].values);
    free(valued->calls);
    *valued = (struct valued){0};
}

/* Place 0 is no call's. */
static int grow(struct valued *valued)
{
    uint32_t room = valued->room != 0 ? 2 * valued->room : FIRST_ROOM;
    struct valued_call *calls = realloc(valued->calls, room * sizeof *calls);
    if (calls == NULL)
        return -1;
    valued->calls = calls;
    valued->room = room;
    if (valued->count == 0)
        calls[valued->count++] = (struct valued_call){0};
    return 0;
}

static uint32_t take_place(struct valued *valued)
{
    uint32_t place = valued->free;
    if (place == 0 && valued->count == valued->room && grow(valued) != 0)
        return 0;
    if (place != 0)
        valued->free = valued->calls[place].next_free;
    else
        place = valued->count++;
    valued->calls[place] = (struct valued_call){0};
    return place;
}

int valued_add(struct valued *valued, const struct tape_event *event, struct call *call)
{
    if (call->tag == 0 && (call->tag = take_place(valued)) == 0)
        return -1;
    struct valued_call *place = &valued->calls[call->tag];
    if (place->count++ >= VALUED_MOST)
        return 0;
    return kept_add(&place->values, event) == 0 ? 1 : -1;
}

const struct kept_value *valued_of(const struct valued *valued, const struct call *call)
{
    return call->tag != 0 ? valued->calls[call->tag].values : NULL;
}

void valued_end(struct valued *valued, const struct call *call)
{
    if (call->tag == 0)
        return;
    struct valued_call *place = &valued->calls[call->tag];
    kept_free(place->values);
    *place = (struct valued_call){.next_free = valued->free};
    valued->free = call->tag;
}
