/* What decided how long a thread took from one moment to another: walking back from the end, where the thread had
 * waited it goes on with the thread that ended the wait, from the moment it did. So each instant belongs to one thread,
 * and to the function that was innermost there. */
#ifndef CALLTAPE_ANALYZE_CRITICAL_H
#define CALLTAPE_ANALYZE_CRITICAL_H

#include "analyze/waits.h"

enum critical_kind {
    CRITICAL_FUNCTION,  /* self time of a function; of a wait's span where it was not known who ended it, and until it
                           went on */
    CRITICAL_OUTSIDE,   /* no call was open */
    CRITICAL_STARTING,  /* before the thread's first call */
    CRITICAL_HELD,      /* the thread waited for the recorder, or for a processor */
    CRITICAL_RECORDING, /* what recording cost, by its means */
    CRITICAL_KINDS,
};

struct critical_row {
    enum critical_kind kind;
    uint32_t function; /* the lowest id of it; CRITICAL_FUNCTION */
    uint64_t cost;     /* 1/16 ticks */
    uint64_t ticks;    /* cost included */
    uint64_t ns;
    double share;
};

struct critical_segment {
    struct stretch at;
    uint32_t wait;            /* function of the wait that it comes out of; CT_NONE: none */
    struct critical_row most; /* what took most of it: kind and function; ticks of it */
    uint64_t from_ns, to_ns;  /* from the recording's start */
};

struct critical {
    struct stretch asked;
    uint64_t from_ns, to_ns;
    struct critical_segment *segments; /* in time's order, without gaps: they sum to what was asked */
    size_t segment_count;
    struct critical_row *rows; /* by time, most first; their ns sum to to_ns - from_ns */
    size_t row_count;
    uint64_t unknown_ticks, unknown_ns;        /* of that waits for which it is not known who ended them */
    uint64_t waits, wakes;                     /* of the whole recording */
    uint64_t left_waits, left_wakes, least_ns; /* as of struct waits */
    struct sums sums;
};

struct critical_choice {
    struct stretch asked; /* thread CT_NONE: the longest call of `functions`, else the first process's main thread */
    const uint8_t *functions;
    const struct filter_choice *where; /* where that call may be; NULL: anywhere */
    bool raw;                          /* costs are left where they arose */
    const struct waits_room *room;     /* NULL: the usual */
    const struct calls_watch *watch;   /* may be NULL */
};

/* Reads the tape once for waits and the chain's threads once more. critical_free is due in any case. */
int critical_make(struct critical *critical, struct tape *tape, const struct critical_choice *choice,
                  struct error *error);
void critical_free(struct critical *critical);

/* The first process's main thread, or its first; CT_NONE: there is none. */
uint32_t critical_main_thread(const struct tape *tape);

#endif
