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

struct naive_choice {
    bool gaps;    /* those too */
    bool untimed; /* some entries and exits have no time of their own; slacks and costs as in a tape */
};

/* Entries, exits, jumps, stack switches, strays, losses, waits. Begins at `start`; words other than entries and exits
 * have the time of the one before, as in a tape. */
void naive_generate(struct naive_events *events, struct naive_random *random, size_t count, uint64_t start,
                    struct naive_choice choice);

struct naive_call {
    uint32_t function, flags;               /* enum call_flag */
    uint64_t stack, start, end, self, wait; /* wait: neither in self nor in what the call took */
    uint64_t self_cost, cost;               /* of all gaps in self, and while it was open */
    uint64_t start_slack, end_slack, start_run, end_run;
    long parent; /* index of the call it was made from, or -1 */
    bool open;
};

struct naive_calls {
    struct naive_call calls[NAIVE_MOST_EVENTS];
    size_t count;      /* in the order of their entries */
    uint64_t unpaired; /* exits that found nothing open, and strays */
    /* By event: the call that was innermost before it, or -1; the number of its run, from 1. */
    long owner[NAIVE_MOST_EVENTS];
    uint64_t run[NAIVE_MOST_EVENTS];
};

/* How long the run lasted that event `index` belongs to, where that is uncertain for any event of it: else 0. */
uint64_t naive_run_slack(const struct naive_calls *calls, const struct naive_events *events, size_t index);

/* What the call took. */
uint64_t naive_total(const struct naive_call *call);

void naive_pair(struct naive_calls *calls, const struct naive_events *events);

#endif
