/* The calls of a recording in the order of time, over any choice of threads, one line's worth at a time.
 *
 * A call that makes no further call is one item (TIMELINE_LEAF) at its start, any other is a BEGIN and an END. Where
 * folding is wanted, runs of calls of one leaf function, with nothing else between them on any chosen thread, are one
 * item, and so are small subtrees that repeat at once: their items come once, with counts and sums. Memory goes
 * with the number of threads that run at one time and the depth of their open calls; the first item comes as soon as
 * the first events are read that it takes. Where a filter asks for a least time, what happens in a call waits until it
 * is known whether that is shown, which takes memory where much does. */
#ifndef CALLTAPE_ANALYZE_TIMELINE_H
#define CALLTAPE_ANALYZE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/sums.h"
#include "analyze/took.h"
#include "calls/kept.h"

enum timeline_kind {
    TIMELINE_BEGIN,
    TIMELINE_END,
    TIMELINE_LEAF,
    TIMELINE_NOTE, /* `event`: something that is no call: see calls_receiver.note */
};

struct timeline_item {
    enum timeline_kind kind;
    uint32_t thread;
    uint32_t function; /* as in the tape, not the lowest id */
    uint32_t depth;    /* on its stack, from 0; of a note: how many calls are open there */
    uint32_t flags;    /* enum call_flag, as known so far */
    uint64_t stack;
    uint64_t start_ns;               /* since the recording's start; of an END: when its call began */
    uint64_t end_ns;                 /* of LEAF: of the run's last call; of BEGIN and NOTE: start_ns */
    struct took total, self;         /* of LEAF and END: sums over the repetitions; waits left out; self has no bound */
    struct duration took;            /* the total, as it is to be shown, once the item is whole */
    struct duration alone;           /* likewise the self */
    uint64_t calls;                  /* of LEAF, BEGIN, END: how many are folded into the item; else 1 */
    uint64_t wait_ns;                /* of a NOTE of TAPE_WAIT */
    struct tape_event event;         /* of NOTE */
    const struct kept_value *values; /* of BEGIN: what was told of the call before anything else was in it; of END: the
                                        rest; of LEAF: all; of a NOTE of TAPE_VALUE: that one. What has any is not
                                        folded. They live no longer than the item is shown */
    uint32_t call;                   /* of BEGIN, END, LEAF: which of the thread's */
};

/* Folds the same once more into `sum`. */
static inline void timeline_fold(struct timeline_item *sum, const struct timeline_item *one)
{
    sum->flags |= one->flags;
    sum->calls += one->calls;
    took_add(&sum->total, one->total.ticks, one->total.cost);
    took_bound(&sum->total, one->total.run, one->total.bound);
    took_add(&sum->self, one->self.ticks, one->self.cost);
}

struct timeline_choice {
    const struct filter_choice *filter; /* NULL: all calls */
    bool fold;                          /* runs become one item */
    bool raw;                           /* the probe's costs stay in the durations */
};

/* Gets the items; a nonzero result ends the play. */
typedef int timeline_show(void *context, const struct timeline_item *item);

/* 0 when all was shown or `show` ended it; -1 with the error set. `sums` holds what was read until then. */
int timeline_play(struct tape *tape, const struct timeline_choice *choice, timeline_show *show, void *context,
                  struct sums *sums, struct error *error);

#endif
