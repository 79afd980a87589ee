/* Which calls an analysis sees: a stage between `calls` and a receiver.
 *
 * What is left out is left out as if its function had not been compiled for tracing, which is also what recording
 * without it gives: its self time is self time of the nearest caller that is shown. Where there is none the time is
 * gone, and counted (struct filter_left). So the selfs shown and what is left sum to the selfs of all calls of the
 * threads and the range chosen. Depths count calls shown. A call comes with begin() when it is certain that it is
 * shown: where a least time is asked for, not before it, or a call in it, has ended. What was told in it comes after
 * that; notes too, where the receiver wants them `ordered`. On other stacks the thread may meanwhile have gone on:
 * filter_place() says what the order was.
 *
 * Memory goes with the depth of the open calls, and what waits to be told. Not thread-safe; a thread's filter is
 * independent of another's. */
#ifndef CALLTAPE_CALLS_FILTER_H
#define CALLTAPE_CALLS_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "calls/calls.h"
#include "calls/marks.h"

enum filter_function {
    FILTER_SHOWN = 1,
    FILTER_ROOT = 2, /* its calls, and what is called in them */
};

struct filter_choice {
    const uint32_t *threads; /* indices, rising */
    uint32_t thread_count;
    const uint8_t *functions;        /* enum filter_function by function id; NULL: all are shown */
    bool roots;                      /* only calls of roots and what is below them */
    uint32_t depth;                  /* calls as deep as this or deeper are left out; UINT32_MAX: none */
    uint64_t least_ticks;            /* calls that took less, and hold none that took as much, are left out */
    const struct call_marks *marked; /* calls that are not are left out; NULL: all are */
    bool numbered;                   /* calls have numbers even where they began before the range */
    bool raw;                        /* of `least_ticks`: the probe's costs stay in */
    uint64_t from_ticks, to_ticks;   /* what lies before, or from `to` on, is not looked at; 0, UINT64_MAX: all is */
};

/* Left out in the threads and the range chosen. */
struct filter_left {
    uint64_t calls;
    uint64_t ticks, cost; /* selfs of calls left out that have no caller which is shown */
};

/* The threads that are chosen: `choice` NULL: all. */
uint32_t filter_threads(const struct filter_choice *choice, const struct tape *tape);
uint32_t filter_thread(const struct filter_choice *choice, uint32_t i);

static inline void filter_left_sum(struct filter_left *to, const struct filter_left *from)
{
    to->calls += from->calls;
    to->ticks += from->ticks;
    to->cost += from->cost;
}

struct filter;

/* Both must outlive it; `choice` may be NULL. NULL with the error set: no memory. */
struct filter *filter_create(const struct filter_choice *choice, const struct calls_receiver *receiver,
                             struct error *error);
void filter_destroy(struct filter *filter); /* NULL is allowed */

/* What is fed is of this thread, of which nothing was left out before: where filter_open* does not say so. */
void filter_enter(struct filter *filter, uint32_t thread);

/* The thread's next event: 0, -1 with the error set, or 1: it is behind the range, as are all that follow. */
int filter_feed(struct filter *filter, const struct tape_event *event, struct error *error);
int filter_feed_all(struct filter *filter, const struct tape_event *events, size_t count, struct error *error);
/* As calls_finish, where the thread's end lies in the range; else what is open ends with the range. */
int filter_finish(struct filter *filter, uint64_t end_ticks);

/* For a receiver, of what it is told just now. */
/* Calls shown that are open on the current stack. */
uint32_t filter_depth(const struct filter *filter);
/* Where it belongs among all that is told of the thread: rises, but for what waited for a least time. */
uint64_t filter_place(const struct filter *filter);
/* All before this place was told. */
uint64_t filter_settled(const struct filter *filter);
void filter_left_add(struct filter_left *to, const struct filter *filter);

/* Where reading may begin: of calls that begin before nothing need be told but that they are open. */
struct filter_from {
    uint64_t ticks;
    uint64_t number; /* the thread's entry; both hold */
    bool numbers;    /* those open calls are to have their numbers */
};

/* Opens what is to be fed next, at the beginning: the thread's events, from as near before the range, and `from` (NULL:
 * from its beginning), as the tape allows; or those of a piece
 * parted in the range, told from filter_continue on. NULL with the error set.
 */
struct tape_cursor *filter_open_thread(struct filter *filter, struct tape *tape, uint32_t thread,
                                       const struct filter_from *from, struct error *error);
struct tape_cursor *filter_open(struct filter *filter, struct tape *tape, const struct tape_piece *piece,
                                struct error *error);
/* Whether the range begins before the piece that was opened: what is lost of it is not told. */
bool filter_begins_late(const struct filter *filter);
int filter_continue(struct filter *filter, struct error *error);
struct calls *filter_calls(struct filter *filter);

/* Whether what is shown of a piece can be told without what is before and behind it. */
bool filter_allows_pieces(const struct filter_choice *choice);
struct tape_range filter_range(const struct filter_choice *choice); /* NULL: all */

/* As calls_of_thread, but begins to read with a piece that ends with its thread. 1: the range begins before the piece,
 * and nothing was told. */
int calls_of_piece(struct tape *tape, const struct tape_piece *piece, const struct filter_choice *choice,
                   const struct calls_receiver *receiver, const struct calls_watch *watch, struct tape_times *times,
                   struct filter_left *left, struct error *error);
/* Feeds all of one thread of a tape that is in the range, its end included. `choice` and `watch` may be NULL; `times`
 * and `left` are added to. */
int calls_of_thread(struct tape *tape, uint32_t thread, const struct filter_choice *choice,
                    const struct calls_receiver *receiver, const struct calls_watch *watch, struct tape_times *times,
                    struct filter_left *left, struct error *error);

#endif
