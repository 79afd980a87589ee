/* Where the threads of a recording waited for one another, and who let them go on (FORMAT.md, 3.4; record --waits). */
#ifndef CALLTAPE_ANALYZE_WAITS_H
#define CALLTAPE_ANALYZE_WAITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/sums.h"

struct wait {
    uint64_t begin, end;   /* ticks; begin is 0 where the wait is its thread's first call: what began it came before */
    uint64_t object, lock; /* lock: of a condition, what it needs once it was woken; 0: none */
    uint32_t thread, function;
};

struct wake {
    uint64_t object, ticks;
    uint32_t process, thread;
};

struct waits {
    struct wait *waits; /* by thread, then end */
    size_t wait_count;
    size_t *firsts;     /* thread t's are firsts[t] to firsts[t + 1] - 1 */
    struct wake *wakes; /* by process, object, ticks */
    size_t wake_count;
    uint64_t left_waits, left_wakes; /* for want of room: the shortest waits; the wakes that came last */
    uint64_t least_ticks;            /* shorter waits may have been left out */
    struct sums sums;                /* of all calls */
};

enum { WAITS_MOST = 1 << 20, WAKES_MOST = 1 << 22 };

/* A stretch of a thread. */
struct stretch {
    uint32_t thread; /* CT_NONE: none was found */
    uint64_t from, to;
};

/* Asks beside for the longest call of some functions in some threads. */
struct waits_search {
    const uint8_t *functions;          /* 1: by function id; NULL: nothing is asked */
    const struct filter_choice *where; /* NULL: all threads */
    struct stretch longest;
};

struct waits_room {
    size_t waits, wakes;
};

/* Reads the whole tape. `watch` may be NULL. waits_free is due in any case. */
int waits_collect(struct waits *waits, struct tape *tape, struct waits_search *search, const struct waits_room *room,
                  const struct calls_watch *watch, struct error *error);
void waits_free(struct waits *waits);

/* The thread's last wait that ended at `ticks` or before; NULL: there is none. */
const struct wait *waits_last(const struct waits *waits, uint32_t thread, uint64_t ticks);

/* What ended the wait; NULL: not known. */
const struct wake *waits_ended_by(const struct waits *waits, const struct wait *wait, uint32_t process);

#endif
