/* Where the calls of two recordings first part: thread by thread, in the order in which threads began, each is followed
 * until another function is called, or returned from, than in the other recording. What recordings do in time, and how
 * threads take turns, does not matter. */
#ifndef CALLTAPE_ANALYZE_PARTING_H
#define CALLTAPE_ANALYZE_PARTING_H

#include <stdbool.h>

#include "analyze/matching.h"

enum { PARTING_MOST_PATH = 64 };

/* What comes next. */
enum parting_step {
    PARTING_CALL,   /* `item` is called */
    PARTING_RETURN, /* the innermost call ends */
    PARTING_END,    /* the thread has no further calls */
};

struct parting {
    bool parts;
    uint32_t thread[2]; /* index; CT_NONE: this side has no such thread */
    uint64_t calls;     /* of the thread that are the same, before it */
    uint64_t ticks[2];
    enum parting_step step[2];
    uint32_t item[2];                 /* where step is PARTING_CALL; CT_NONE: not known */
    uint32_t path[PARTING_MOST_PATH]; /* items of the open calls, innermost first */
    uint32_t depth;                   /* how many they are; more than fit: the innermost */
};

/* `a` and `b` are indices of the recordings that were matched. */
int parting_find(struct parting *parting, const struct recording *recordings, const struct matching *matching, size_t a,
                 size_t b, struct error *error);

#endif
