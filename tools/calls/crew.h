/* The calls of many threads of a tape, or of one long one, told to several receivers at once, each in a thread of its
 * own: what they have summed up is then to be added together.
 *
 * A long thread is parted into pieces (tape.h), so a call may come in parts, one in each piece that it is open in. A
 * part that does not begin the call is flagged CALL_CONTINUED, one that does not end it CALL_CONTINUES. Times, costs,
 * child and away times of the parts sum to the call's; what else a part says of a begin or an end holds for that end
 * alone, and bounds that are counted in each part (slack, gap_slack) are those of the call. So a receiver that sums
 * times, and counts calls that call_counts() at their end, need not know of parts. One that must know what a call took
 * as a whole keeps its parts (call_parts_add), and is told of the whole once all are there.
 *
 * Runs are numbered so that no two pieces of a receiver share a number; no run is in two pieces.
 *
 * What is open where a piece begins is foretold by the tape and compared once what comes before was read: where that
 * fails (damage) calls_of_tape says so, and is to be asked again without pieces. */
#ifndef CALLTAPE_CALLS_CREW_H
#define CALLTAPE_CALLS_CREW_H

#include "calls/filter.h"

struct call_parts;

/* What is to be read, and how it is shared out. */
struct calls_share {
    const uint32_t *threads;
    uint32_t thread_count;
    uint32_t workers;      /* at least 1; with 1 no thread is started */
    uint64_t piece_events; /* about so many; UINT64_MAX: no thread is parted */
};

struct calls_crew {
    struct calls_share share;
    const struct calls_receiver *receivers; /* one a worker */
    struct error *errors;                   /* likewise; the receivers set theirs */
    /* Calls of this thread follow; their parts are for `parts`. May be NULL; nonzero as from a receiver. */
    int (*enter)(void *context, uint32_t thread, struct call_parts *parts);
    /* A call whose parts were kept. May come to any receiver, but in the thread that tells it its calls, and while
     * calls of the same thread are told. Those around it, if all parts are kept, stand before it, the outermost at
     * call - call->depth; of them function and depth hold. */
    void (*whole)(void *context, const struct call *call);
    /* Before that, of each part but the first, as it is added to those before. In the parts' tags stands what the
     * receiver left there, in the call's that of the first. May be NULL; nonzero: no memory. */
    int (*join)(void *context, const struct call *call, const struct call *part);
};

enum { CALLS_PIECE_EVENTS = 1 << 20, CALLS_MISFIT = 1 };

/* By the processors there are, and what the threads' events are worth; or as tests force it. */
extern struct calls_force {
    uint32_t workers; /* 0: nothing is forced */
    uint64_t piece_events;
} calls_force;
struct calls_share calls_share(const struct tape *tape, const uint32_t *threads, uint32_t count);

/* 0; -1 with the error set; CALLS_MISFIT: what was told is worth nothing, as pieces do not fit together. `choice`, but
 * for its threads, as for calls_of_thread. `watch` may be NULL; it is told by one worker at a time. */
int calls_of_tape(struct tape *tape, const struct filter_choice *choice, const struct calls_crew *crew,
                  const struct calls_watch *watch, struct tape_times *times, struct filter_left *left,
                  struct error *error);

/* Keeps a part; -1: no memory. */
int call_parts_add(struct call_parts *parts, const struct call *part);

static inline bool call_is_part(const struct call *call)
{
    return (call->flags & (CALL_CONTINUED | CALL_CONTINUES)) != 0;
}

#endif
