/* How large a tape would be without some of its functions: what is left of its events is packed again, to nowhere.
 *
 * An event keeps its distance from the one before, whatever usual events were left out between them: what these took
 * lengthens all such distances alike, and tells hardly anything anew. (Added as their functions' means, less what
 * recording them cost, it gave half of the saving that second recordings showed: many counters advance in steps, which
 * is what makes times pack well, and sums of means are on none.) What took several times what is usual for its function
 * is added, less what recording it cost, and rounded to gaps that the tape's clock has shown; so is what has no time of
 * its own.
 *
 * Events with a time are those that had one. But where not all have, most have it only as one was due, or as a run of
 * events before took long and all in it had to show anew, several times, that they are short: so often in a number of
 * events, whichever functions these are of. Of such showings as many are left as go with the number of events that
 * stay. */
#ifndef CALLTAPE_CMD_REPACK_H
#define CALLTAPE_CMD_REPACK_H

#include <stdbool.h>

#include "tape/tape.h"

enum { REPACK_GAPS = 4096 }; /* ticks; longer ones are too few to matter */

struct repack_seen {
    uint64_t events, shown; /* shown: with a time, though they came shortly after the one before */
    struct repack_usual {
        uint64_t ticks, count;
    } usual[2]; /* of entries, of exits: gaps between two events with times, but for unusually long ones */
    struct repack_showing {
        bool goes_on, dropped;
    } showing[2]; /* of entries, of exits: the last one had a time */
};

struct repack_clock {
    double timed_cost, untimed_cost; /* ticks that leaving such an event out saves */
    uint16_t nearest[REPACK_GAPS];   /* of all that it has shown the one nearest to a gap */
    bool adaptive;
    struct repack_seen *seen; /* by function; repack_free() is due */
};

/* Set *bytes to those of all blocks, records and index left out. Each reads the whole tape.
 * Nothing is left out (`none`: false for each function): finds what the clock shows, but for the costs, which the
 * caller sets. */
int repacked_whole(struct tape *tape, const bool *none, struct repack_clock *clock, uint64_t *bytes,
                   struct error *error);
/* `left_out`: by function, tape_function.same. */
int repacked_without(struct tape *tape, const bool *left_out, struct repack_clock *clock, uint64_t *bytes,
                     struct error *error);
void repack_free(struct repack_clock *clock);

#endif
