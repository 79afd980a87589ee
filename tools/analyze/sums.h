/* What is said of a recording as a whole, and all that a reader of it must be told. */
#ifndef CALLTAPE_ANALYZE_SUMS_H
#define CALLTAPE_ANALYZE_SUMS_H

#include "analyze/scale.h"
#include "calls/filter.h"

struct sums {
    uint64_t calls;
    uint64_t functions;          /* that occur */
    uint64_t threads, processes; /* that are looked at */
    bool filtered;               /* not all of the recording's calls are looked at */
    uint64_t all_calls;          /* of the recording */
    struct filter_left left;
    uint64_t left_ns;
    uint64_t span_ns;      /* from the recording's start to its end */
    uint64_t traced_ticks; /* sum of all selfs: waits are not in it, the probe's cost is */
    uint64_t traced_cost;  /* of that the probe's, in 1/16 ticks */
    uint64_t traced_ns, cost_ns;
    uint64_t valueless, valueless_ns; /* calls, and their self time, that have no row by value: analyze/by_value.h */
    uint64_t excess_ns;      /* by so much the selfs shown together are more than traced_ns: analyze/profile.h */
    bool raw;                /* times are shown as recorded: costs are not taken out of them */
    bool exported;           /* to another tool: nothing is marked there, and has no options */
    const char *waits_in;    /* what of an export has waits in it; NULL: no call's time */
    struct tape_times times; /* of the events that were read */
    uint64_t surprise_ns;    /* times.surprise_ticks */
    double timed_cost_ns, untimed_cost_ns;                 /* of one event, on the mean */
    uint64_t jumped, open, cut, inherited, earlier, later; /* calls with these flags */
    uint64_t strays;                                       /* exits without an entry, and unpaired ones */
    uint64_t lost_events;
    uint64_t waits, wait_ticks, wait_ns;    /* for want of a free chunk; in no call's time */
    uint64_t preempted_ticks, preempted_ns; /* in which the system ran something else; likewise */
    uint64_t gaps;                          /* places where damage cost events */
    bool paused;                            /* some of the waits were pauses, as asked */
    bool overwritten;                       /* older events were given up for newer ones, as asked */
    /* As the tape says; theirs live as long as the tape. */
    const struct tape_process *process_list;
    uint32_t process_count;
    uint64_t unrecorded; /* calls that filters or triggers of the recording left out */
    bool finished;       /* false: the recording was recovered */
    const struct tape_damage *damages;
    size_t damage_count;
    const char *const *notes;
    size_t note_count;
};

void sums_flags(struct sums *sums, const struct call *call); /* of one that did not begin and end as most do */

/* Counts one ended call, one note. */
static inline void sums_call(struct sums *sums, const struct call *call)
{
    sums->traced_ticks += call_self_ticks(call);
    sums->traced_cost += call_self_cost(call);
    sums->calls += call_counts(call);
    if (!call_is_plain(call))
        sums_flags(sums, call);
}
void sums_note(struct sums *sums, const struct tape_event *event);
/* Adds what was counted of another thread, and empties it. */
void sums_move(struct sums *to, struct sums *from);
/* What was counted, as numbers, and the other way. */
enum { SUMS_NUMBERS = 17 };
void sums_numbers(const struct sums *sums, uint64_t numbers[SUMS_NUMBERS]);
void sums_load(struct sums *sums, const uint64_t numbers[SUMS_NUMBERS]);
/* Once all threads are through: what the tape says as a whole, and nanoseconds. `choice` NULL: all was looked at. */
void sums_finish(struct sums *sums, const struct tape *tape, const struct filter_choice *choice);
/* What is known by now to be wrong with the tape: for who goes on reading after that. */
void sums_damages(struct sums *sums, const struct tape *tape);

#endif
