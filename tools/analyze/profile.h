/* Per function: how often it was called and how long it took. */
#ifndef CALLTAPE_ANALYZE_PROFILE_H
#define CALLTAPE_ANALYZE_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "analyze/sums.h"
#include "analyze/took.h"

struct profile_row {
    uint32_t function;     /* the lowest id of the function (tape_function.same) */
    uint64_t calls;        /* inherited ones are not among them */
    struct duration total; /* with what it called; of recursive calls only the outermost counts */
    struct duration self;
    struct duration average, min, max; /* of single calls, from entry to end, what they called included */
    uint64_t jumped, open;             /* calls that ended by a jump; that never ended */
    uint64_t timed, untimed;           /* its events with a time and without: by PROFILE_DECODE only, else 0 */
    double share;                      /* of all self time, 0 to 1 */
};

/* Totals and selfs are corrected each by itself. A function whose self times are less than what they are said to have
 * cost has 0; by as much (sums.excess_ns) the rows' selfs together are more than sums.traced_ns. A total
 * is never less than its self. The average is the sum of all calls over their number; min and max are of single calls,
 * each less its cost. */
struct profile {
    struct profile_row *rows;
    size_t count;
    struct sums sums;
};

enum profile_order {
    PROFILE_BY_SELF,
    PROFILE_BY_TOTAL,
    PROFILE_BY_CALLS,
    PROFILE_BY_AVERAGE,
    PROFILE_BY_MIN,
    PROFILE_BY_MAX,
    PROFILE_BY_NAME,
};

enum profile_flag {
    PROFILE_RAW = 1,    /* costs stay in */
    PROFILE_DECODE = 2, /* read all events, also where the tape has summaries, which say the same but for
                           `timed` and `untimed` */
};

/* Of the whole tape, thread by thread, or of what `choice` leaves of it, which needs all events; that and `watch` may
 * be NULL. Rows in order of function ids. */
int profile_make(struct profile *profile, struct tape *tape, const struct filter_choice *choice,
                 enum profile_flag flags, const struct calls_watch *watch, struct error *error);
void profile_free(struct profile *profile);

/* Largest first; names from A to Z. Rows that are equal stand by name, then by id. */
void profile_sort(struct profile *profile, enum profile_order order, const struct labels *labels);

#endif
