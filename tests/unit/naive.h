/* Random events of one thread, and what they mean worked out the slow way: the reference for the stages above the
 * reader. Shares no code and no method with them: self time is found by giving every slice of time between two events
 * to the call that was innermost on the current stack. */
#ifndef CALLTAPE_TESTS_NAIVE_H
#define CALLTAPE_TESTS_NAIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tape/tape.h"

struct naive_random {
    uint64_t state;
};
uint32_t naive_below(struct naive_random *random, uint32_t limit);

enum { NAIVE_FUNCTIONS = 6, NAIVE_MOST_EVENTS = 4096 }; /* function ids 1 to NAIVE_FUNCTIONS */

struct naive_events {
    struct tape_event events[NAIVE_MOST_EVENTS];
    size_t count;
    uint64_t end_ticks;
};

/* Entries, exits, jumps, stack switches, strays, losses, waits; with `gaps` those too. Begins at `start`; words other
 * than entries and exits have the time of the one before, as in a tape. */
void naive_generate(struct naive_events *events, struct naive_random *random, size_t count, uint64_t start, bool gaps);

struct naive_call {
    uint32_t function, flags;               /* enum call_flag */
    uint64_t stack, start, end, self, wait; /* wait: neither in self nor in what the call took */
    long parent;                            /* index of the call it was made from, or -1 */
    bool open;
};

struct naive_calls {
    struct naive_call calls[NAIVE_MOST_EVENTS];
    size_t count;      /* in the order of their entries */
    uint64_t unpaired; /* exits that found nothing open, and strays */
};

/* What the call took. */
uint64_t naive_total(const struct naive_call *call);

void naive_pair(struct naive_calls *calls, const struct naive_events *events);

#endif
