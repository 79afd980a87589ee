/* Times of events that have none of their own: FORMAT.md, 3.3, whose terms and letters stand here too.
 *
 * Who has a run's events in arrays needs run_shares and shares_at alone: one call a run, then one an event, with how
 * many events and how much of their gaps it has come to. */
#ifndef CALLTAPE_TAPE_RUNS_H
#define CALLTAPE_TAPE_RUNS_H

#include "tape/tape.h"

/* What an event costs the program, in 1/16 ticks. */
struct probe {
    uint32_t timed, untimed;
};

/* How the time of one run is shared out. */
struct shares {
    uint64_t over;      /* what is to be shared: D - C, or D where that is not enough for the costs */
    uint64_t gap_ratio; /* of it, in 1/2^64, for each 1/16 tick of gap; 0: shared by costs alone */
    uint64_t step;      /* the same for each event */
    uint64_t cost;      /* what each event has besides */
};

/* Of a run of `count` events, the last of them timed, that lasted `ticks` (b - a - w) and whose gaps g sum to `gaps`,
 * which is not 0. `count` is at most CT_RUN_MAX + 1. */
struct shares run_shares(uint64_t ticks, uint64_t count, uint64_t gaps, struct probe cost);

/* An event's part of what is to be shared, in 1/2^64; `gap` is g_i. */
static inline uint64_t shares_part(const struct shares *shares, uint64_t gap)
{
    return gap * shares->gap_ratio + shares->step;
}

/* P_i / 16 of untimed event i, from 1: ticks after A, waits left out; `parts` are those of events 1 .. i. */
static inline uint64_t shares_up_to(const struct shares *shares, uint64_t i, uint64_t parts)
{
    uint64_t share = (uint64_t)((unsigned __int128)shares->over * parts >> 64);
    return (i * shares->cost + share) / 16;
}

/* The same; `gaps` is G_i. */
static inline uint64_t shares_at(const struct shares *shares, uint64_t i, uint64_t gaps)
{
    return shares_up_to(shares, i, gaps * shares->gap_ratio + i * shares->step);
}

/* Whether a run lasted so much longer than its gaps account for that it is not known which of its events took the time.
 */
static inline bool shares_surprise(const struct shares *shares, uint64_t gaps)
{
    return shares->gap_ratio != 0 && shares->over / 4 > gaps && shares->over > 16 * 1000;
}

/* The run that one thread's events have come to. */
struct runs {
    uint64_t from;       /* time of the last timed event; of the thread's beginning, or the last gap's end, before it */
    uint64_t wait, gaps; /* since then: w and G so far */
    uint64_t specials;
    uint64_t passed;   /* values in it that nobody asks for: no events, but it is so much longer */
    bool endless;      /* longer than CT_RUN_MAX */
    struct probe cost; /* of the block that the events are of */
    struct tape_times *times;
};

/* `last` is the timed event that ends the run; the words before it from `first` on. Events have their mean gaps in
 * `cost`, which come to `gaps` more than the run has. Gives all of them times, costs and slacks. */
void runs_end(struct runs *runs, uint64_t gaps, struct tape_event *first, struct tape_event *last);
/* A special lies in the run. */
void runs_special(struct runs *runs, const struct tape_event *event);
/* The run is too long already. */
void runs_give_times(struct runs *runs, struct tape_event *events, size_t count);
/* No timed event follows these. */
void runs_give_up(struct runs *runs, struct tape_event *events, size_t count);

#endif
