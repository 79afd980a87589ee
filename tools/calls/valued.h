/* Values told of open calls, kept until these end: of each call the first VALUED_MOST, for memory goes with them. */
#ifndef CALLTAPE_CALLS_VALUED_H
#define CALLTAPE_CALLS_VALUED_H

#include "calls/calls.h"
#include "calls/kept.h"

enum { VALUED_MOST = 64 };

struct valued_call {
    struct kept_value *values;
    uint32_t count; /* those beyond VALUED_MOST, too */
    uint32_t next_free;
};

/* Zero-initialise. call.tag is the number of a call's place in `calls`, 0: it was told nothing. */
struct valued {
    struct valued_call *calls;
    uint32_t count, room, free;
};

void valued_free(struct valued *valued);

/* 1: kept; 0: the call has as many as are kept; -1: no memory. */
int valued_add(struct valued *valued, const struct tape_event *event, struct call *call);
/* In begin(): nothing was told yet. */
static inline void valued_begin(struct call *call)
{
    call->tag = 0;
}
/* In end(): what was told, NULL: nothing; forgotten by valued_end. */
const struct kept_value *valued_of(const struct valued *valued, const struct call *call);
void valued_end(struct valued *valued, const struct call *call);

#endif
