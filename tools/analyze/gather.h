/* Sums over the calls of a recording: several receivers, each in a thread of its own, are told of some of its threads,
 * or of pieces of long ones, and what they have summed up is added together (calls/crew.h). */
#ifndef CALLTAPE_ANALYZE_GATHER_H
#define CALLTAPE_ANALYZE_GATHER_H

#include "analyze/sums.h"
#include "calls/crew.h"

/* What any such sums begin with. */
struct gathered {
    struct sums sums;         /* of calls and notes; what sums_finish adds stands only in what gather() returns */
    struct error *error;      /* for receivers that fail */
    uint32_t thread;          /* that is being read */
    struct call_parts *parts; /* of the piece that is being read */
};

struct gather_kind {
    struct calls_receiver receiver;                         /* but for its context, which is what create() returned */
    void *(*create)(const void *plan, struct error *error); /* holds nothing yet; NULL: the error is set */
    void (*destroy)(void *sums);                            /* NULL is allowed */
    int (*add)(void *to, const void *from, struct error *error); /* all but what is in struct gathered */
    bool takes_parts;                                            /* the receiver may be told of calls in parts */
    /* Of those that it kept, as of struct calls_crew; either may be NULL. */
    void (*whole)(void *sums, const struct call *call);
    int (*join)(void *sums, const struct call *call, const struct call *part);
};

/* What is read of a recording. */
struct gather_source {
    struct tape *tape;
    const struct filter_choice *choice; /* NULL: all */
    const uint32_t *threads;            /* so many in place of those of `choice`; NULL: those */
    uint32_t thread_count;
    bool raw;                        /* the probe's costs stay in what is shown */
    const struct calls_watch *watch; /* may be NULL */
    uint32_t workers;                /* 0: as many as help; else threads are parted as follows */
    uint64_t piece_events;           /* of struct calls_share */
};

/* The sums over all threads chosen, to be destroyed; NULL with the error set. */
void *gather(const struct gather_kind *kind, const void *plan, const struct gather_source *source, struct error *error);

#endif
