/* How large a tape would be without some of its functions: what is left of its events is packed again, to nowhere.
 *
 * An event whose neighbours are left out comes later by what ran in them, less what recording them cost. That is
 * rounded to gaps that the tape's clock has shown: many counters advance in steps, which is what makes times pack well.
 * Both ways that heed neither are far off: where each event keeps its distance from the one before, the time that the
 * functions took is missing, and with it what their callers' times then differ by; where distances are added up as
 * they are, steps of the counter are gone. Events with a time are those that had one. */
#ifndef CALLTAPE_CMD_REPACK_H
#define CALLTAPE_CMD_REPACK_H

#include <stdbool.h>

#include "tape/tape.h"

enum { REPACK_GAPS = 4096 }; /* ticks; longer ones are too few to matter */

struct repack_clock {
    double timed_cost, untimed_cost; /* ticks that leaving such an event out saves */
    uint16_t nearest[REPACK_GAPS];   /* of all that it has shown the one nearest to a gap */
};

/* Set *bytes to those of all blocks, records and index left out. Each reads the whole tape.
 * Nothing is left out (`none`: false for each function): finds what the clock shows, but for the costs, which the
 * caller sets. */
int repacked_whole(struct tape *tape, const bool *none, struct repack_clock *clock, uint64_t *bytes,
                   struct error *error);
/* `left_out`: by function, tape_function.same. */
int repacked_without(struct tape *tape, const bool *left_out, struct repack_clock *clock, uint64_t *bytes,
                     struct error *error);

#endif
