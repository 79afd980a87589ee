/* Events to calls: pairs one thread's entries and exits.
 *
 * Glossary
 *   call       one entered function, from its entry to its exit, or to what ended it instead (`flags`).
 *   stack      the open calls of one call stack. A thread that switches stacks (coroutines) has several; calls of
 *              different stacks never nest. Each thread begins on stack 0. A stack with no open call is forgotten.
 *   total      end - start - wait, whatever ran in between.
 *   child time the totals of the calls made directly from it.
 *   away time  how long its stack was switched out while it was the innermost call: part of total, not of self.
 *   wait       how long the thread was held for want of a free chunk (TAPE_WAIT): the recorder's doing, not the
 *              program's, so it is in no total, child, away or self time.
 *   self       total - child time - away time. So the selfs of a thread's calls sum to the time during which its
 *              current stack had an open call, waits left out, and none is counted twice.
 *
 *   cost       what the probe added to a time, on the mean (1/16 ticks): of the gap before each event that event's. It
 * is still in total, child, away and self time; call_total_cost and call_self_cost say how much to take out. Single
 * calls may seem to cost more than they took; sums over many do not err to either side. slack      how far off a start
 * or an end without a time may be: it lies anywhere in its run. run        what lies between two timed events of a
 * thread; runs are numbered from 1 in a thread's order, a timed event belongs to the run that it ends.
 *
 * A jump (TAPE_JUMP) ends calls at the time of the next event, for that is when it was noticed. Lost events
 * (TAPE_LOST) leave the pairing as it is: the runtime says by jumps and strays what the loss did to it. After a gap
 * (TAPE_GAP, a damaged tape) nothing is certain: all open calls end there, cut, and exits that find nothing open are
 * counted as unpaired.
 *
 * Memory goes with the depth of the open calls, never with the number of events. Not thread-safe; a thread's `calls`
 * are independent of another's. */
#ifndef CALLTAPE_CALLS_CALLS_H
#define CALLTAPE_CALLS_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/saturate.h"
#include "tape/tape.h"

enum call_flag {
    CALL_JUMPED = 1,         /* ended with no exit: longjmp, exception, pthread_exit, ... */
    CALL_OPEN = 2,           /* never ended: still running when its thread or process ended, or recording did */
    CALL_INHERITED = 4,      /* entered by the parent process before the fork: context and time, but not a call here */
    CALL_CUT = 8,            /* its end is not known: part of the tape is missing there */
    CALL_UNTIMED_START = 16, /* start or end is interpolated, or the time of the event before */
    CALL_UNTIMED_END = 32,
    CALL_EARLIER = 64, /* began before the range that is looked at: context and time, but not a call there */
    CALL_LATER = 128,  /* still running at the end of that range */
    /* One part of a call (crew.h): */
    CALL_CONTINUED = 256, /* it began in a part before */
    CALL_CONTINUES = 512, /* it does not end here */
};

struct call {
    uint32_t function;
    uint32_t depth; /* on its stack, from 0 */
    uint64_t stack;
    uint64_t number; /* of its entry among the thread's, from 1; 0: CALL_INHERITED, which has none, or it was entered
                        before the piece that is read, which is not numbered */
    uint64_t start_ticks;
    uint64_t end_ticks; /* valid in end() only */
    uint64_t child_ticks, away_ticks;
    uint64_t wait_ticks; /* in end(): while it was open; until then: how long the thread had waited when it began */
    uint64_t cost;       /* in end(): while it was open; until then: the thread's when it began */
    uint64_t child_cost, away_cost;
    uint64_t start_slack, end_slack; /* ticks */
    uint64_t start_run, end_run;
    uint64_t gap_slack; /* how much of the gap just before the start, in begin(), or the end, in end(), may belong to
                           other calls of its run: the innermost open call's self time is off by so much at most */
    uint32_t flags;     /* enum call_flag */
    uint32_t tag;       /* the receiver's: what begin() leaves here, end() finds */
};

/* Which of its times are estimates says nothing of what a call is: such flags are merged where calls are. */
static inline bool call_flags_agree(uint32_t a, uint32_t b)
{
    return ((a ^ b) & ~(uint32_t)(CALL_UNTIMED_START | CALL_UNTIMED_END)) == 0;
}

/* Entered and left as most are? */
static inline bool call_is_plain(const struct call *call)
{
    return (call->flags & ~(uint32_t)(CALL_UNTIMED_START | CALL_UNTIMED_END)) == 0;
}

/* Is it a call of what is looked at, not only time and context? Of a call in parts the last one counts. */
static inline bool call_counts(const struct call *call)
{
    return (call->flags & (CALL_INHERITED | CALL_EARLIER | CALL_CONTINUES)) == 0;
}

static inline uint64_t call_total_ticks(const struct call *call)
{
    return call->end_ticks - call->start_ticks - call->wait_ticks;
}

static inline uint64_t call_self_ticks(const struct call *call)
{
    return call_total_ticks(call) - call->child_ticks - call->away_ticks;
}

static inline uint64_t call_total_cost(const struct call *call)
{
    return call->cost;
}

static inline uint64_t call_self_cost(const struct call *call)
{
    return call->cost - call->child_cost - call->away_cost;
}

/* The total is certain to within so many ticks. */
static inline uint64_t call_slack(const struct call *call)
{
    uint64_t start = call->start_slack, end = call->end_slack;
    if (call->start_run == call->end_run)
        return start > end ? start : end;
    return saturating_add(start, end);
}

/* Receives the calls. begin() and end() come properly nested for each stack. `parent` is the call it was made from,
 * NULL for a stack's outermost. note() gets each event that is neither entry nor exit of a call (TAPE_INHERIT gives a
 * begin() instead), and an unpaired exit as a TAPE_EXIT. Each may be NULL. A nonzero result stops the feeding, which
 * then fails with the error that the receiver set. */
struct calls;
struct calls_receiver {
    int (*begin)(void *context, struct call *call, const struct call *parent);
    int (*end)(void *context, struct call *call, const struct call *parent);
    int (*note)(void *context, const struct tape_event *event);
    void *context;
    bool ordered; /* a filter is not to give notes before the calls around them */
    /* From a filter: in the self time of the call, which is open, a gap of so much slack, as gap_slack, lies before the
     * begin or end of a call that is left out. */
    void (*gap)(void *context, const struct call *call, uint64_t run, uint64_t slack);
    /* A TAPE_VALUE, with the innermost open call, NULL where none is. The value lives no longer than the event. */
    int (*value)(void *context, const struct tape_event *event, struct call *call);
    /* From a filter with a range: it begins, and what is open there was told. `before` is the last event before it, all
     * zero where there is none, and its value is gone; `stack` is current. */
    int (*started)(void *context, const struct tape_event *before, uint64_t stack);
    /* pair_plain with this receiver's own begin() and end(), for speed (pairing.h). */
    const struct tape_event *(*plain)(struct calls *calls, const struct tape_event *event,
                                      const struct tape_event *last, int *status);
};

struct calls;

/* `receiver` must outlive it. NULL with the error set when there is no memory. */
struct calls *calls_create(const struct calls_receiver *receiver, struct error *error);
void calls_destroy(struct calls *calls); /* NULL is allowed */

/* The thread's next event. */
int calls_feed(struct calls *calls, const struct tape_event *event, struct error *error);
int calls_feed_all(struct calls *calls, const struct tape_event *events, size_t count, struct error *error);
/* The thread is at its end: whatever is open ends at `end_ticks`, or at the last event's where that is later. */
int calls_finish(struct calls *calls, uint64_t end_ticks);
/* The same where not the thread ends but what is looked at of it. */
int calls_stop(struct calls *calls, uint64_t ticks);

/* Forgets all before `ticks`, but not which calls are open: these begin anew there, outermost first, flagged
 * CALL_EARLIER. They and all that follows go to `receiver`. */
int calls_restart(struct calls *calls, const struct calls_receiver *receiver, uint64_t ticks);

/* ---- reading in pieces: crew.h ---- */

/* At the beginning: what is open where the piece begins. Nobody is told of it, nor of what is fed next, until
 * calls_continue: then the receiver is told that it begins, flagged CALL_CONTINUED. */
int calls_open(struct calls *calls, const struct tape_piece *piece, struct error *error);
int calls_continue(struct calls *calls, const struct calls_receiver *receiver);
/* What is open goes on in the next piece: it ends, flagged CALL_CONTINUES. */
int calls_pause(struct calls *calls);
/* All that is open and pending in a number: equal where the same goes on. Costs time by depth. */
uint64_t calls_state(const struct calls *calls);
/* Number of the next run. */
void calls_set_run(struct calls *calls, uint64_t run);
uint64_t calls_next_run(const struct calls *calls);

/* Open calls on the current stack. */
uint32_t calls_depth(const struct calls *calls);
uint64_t calls_stack(const struct calls *calls); /* its number */

/* Are the invariants kept? Starts rise with depth, no call has more child and away time than has passed, depths count
 * from 0, the current stack exists. Costs time by depth; tests and fuzzers call it after each event. */
int calls_check(const struct calls *calls, struct error *error);

/* Told now and then how many more events were fed. Nonzero: it is enough; the reading fails, "stopped". */
struct calls_watch {
    int (*progress)(void *context, uint64_t events);
    void *context;
};

#endif
