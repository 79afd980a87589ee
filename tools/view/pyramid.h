/* All that is shown of a tape, made in the background in one pass over its events, thread by thread, on all processors
 * (view/making.h), or found beside the tape. What is done can be had while the rest is being made. Memory goes with the
 * functions, the paths and the depth of calls, not with the events.
 *
 * How fine it gets: of each thread the finest level is such that a bucket holds some `events_a_bucket` events on the
 * mean, fewer where a picture shows other threads beside it; what has fewer events than `exact_events` goes down to the
 * nanosecond. What is finer yet is made when it is asked for, from the events (view/exact.h). Of a thread that level
 * does not change. Thread-safe but for opening and
 * closing. */
#ifndef CALLTAPE_VIEW_PYRAMID_H
#define CALLTAPE_VIEW_PYRAMID_H

#include "view/lane.h"
#include "view/store.h"

struct pyramid_wish {
    const char *path; /* of its file; NULL: none */
    /* Only of these calls: outlives it, and has no file; NULL: of all. */
    const struct filter_choice *choice;
    bool counted; /* for pyramid_sums: threads are not read in windows; always so with a choice */
    uint64_t events_a_bucket, exact_events;
    uint64_t threads_a_picture; /* of many that run at once; 0 as 1 */
};

/* What is known of one thread. */
struct pyramid_lane {
    unsigned finest;
    uint64_t calls;   /* as of pyramid_sums */
    uint32_t rows;    /* that hold something, up to the last: so far */
    uint64_t done_ns; /* all before is there; UINT64_MAX: all is */
};

struct pyramid;

/* Begins making it where it is not there. NULL: the error is set. */
struct pyramid *pyramid_open(struct tape *tape, const struct pyramid_wish *wish, struct error *error);
/* Stops the making. NULL is allowed. */
void pyramid_close(struct pyramid *pyramid);

struct tape *pyramid_tape(struct pyramid *pyramid);
const struct filter_choice *pyramid_choice(const struct pyramid *pyramid);
struct starts *pyramid_starts(struct pyramid *pyramid);
struct store *pyramid_store(struct pyramid *pyramid);
unsigned pyramid_coarsest(const struct pyramid *pyramid);
unsigned pyramid_slices_level(const struct pyramid *pyramid);
uint64_t pyramid_ns(const struct pyramid *pyramid); /* of the whole recording */
struct pyramid_lane pyramid_lane(struct pyramid *pyramid, uint32_t thread);
uint64_t pyramid_events_read(struct pyramid *pyramid);

/* 1: all is there; 0: not yet; -1: it failed, with the error set. */
int pyramid_state(struct pyramid *pyramid, struct error *error);
/* Of a whole one that is counted and was not read from a file: what was read for it. */
const struct sums *pyramid_sums(const struct pyramid *pyramid);
/* Waits for the end; the same. Tells `watch`, which may be NULL, of the events read so far. */
int pyramid_wait(struct pyramid *pyramid, const struct calls_watch *watch, struct error *error);

/* The pyramid's nodes of these, by their numbers; to be freed. NULL: no memory. */
uint32_t *pyramid_number(struct pyramid *pyramid, const struct nodes *nodes);
/* Nodes from `first` on: view/nodes.h. Returns how many there are now, the root among them. */
uint32_t pyramid_nodes(struct pyramid *pyramid, uint32_t first, struct bytes *to);

#endif
