/* Per function, or whatever else calls are grouped by: how often it was called and how long it took. */
#ifndef CALLTAPE_ANALYZE_PROFILE_H
#define CALLTAPE_ANALYZE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/grouping.h"
#include "analyze/labels.h"
#include "analyze/sums.h"
#include "analyze/took.h"
#include "calls/kept.h"

enum { PROFILE_PERCENTILES = 4 }; /* p50, p90, p99, p99.9 */

/* Beyond it a profile can't be made: it is to be split less. */
enum { PROFILE_MOST_ROWS = 400000 };

struct profile_row {
    uint32_t function;        /* the lowest id of the function (tape_function.same), or of the group */
    uint32_t part;            /* thread or process, where these are told apart; else CT_NONE */
    struct kept_value *value; /* which all of its calls have, where values are told apart (by_value.h); NULL: none */
    uint64_t calls;           /* inherited ones are not among them */
    struct duration total;    /* with what it called; of recursive calls only the outermost counts */
    struct duration self;
    struct duration average, min, max; /* of single calls, from entry to end, what they called included */
    uint64_t jumped, open;             /* calls that ended by a jump; that never ended */
    uint64_t timed, untimed;           /* its events with a time and without: by PROFILE_DECODE only, else 0 */
    double share;                      /* of all self time, 0 to 1 */
    /* By PROFILE_SPREAD only. Percentiles of single calls are by nearest rank and off by less than 1/128. */
    uint64_t percentiles_ns[PROFILE_PERCENTILES], deviation_ns;
};

/* Totals and selfs are corrected each by itself. A function whose self times are less than what they are said to have
 * cost has 0. A total is never less than its self nor than its longest call, and where all of it is self time the self
 * is the same. By what that adds (sums.excess_ns) the rows' selfs together are more than sums.traced_ns. The average is
 * the sum of all calls over their number; min and max, between which it and the percentiles lie, are of single calls,
 * each less its cost. */
struct profile {
    struct profile_row *rows;
    size_t count;
    enum grouping by;
    bool per_thread, per_process; /* what `part` of rows is */
    bool spread;                  /* by PROFILE_SPREAD */
    const struct tape_key *keys;  /* of rows' values; NULL: values are not told apart */
    struct sums sums;
};

enum profile_order {
    PROFILE_BY_SELF,
    PROFILE_BY_TOTAL,
    PROFILE_BY_CALLS,
    PROFILE_BY_AVERAGE,
    PROFILE_BY_MIN,
    PROFILE_BY_MAX,
    PROFILE_BY_P50,
    PROFILE_BY_P90,
    PROFILE_BY_P99,
    PROFILE_BY_P999,
    PROFILE_BY_DEVIATION,
    PROFILE_BY_NAME,
};

enum profile_flag {
    PROFILE_RAW = 1,    /* costs stay in */
    PROFILE_DECODE = 2, /* read all events, also where the tape has summaries, which say the same but for
                           `timed` and `untimed` */
    PROFILE_SPREAD = 4, /* percentiles and deviations, which need all events */
};

/* What a row is. Calls of all functions of a file or module are taken together: their total is that of the outermost
 * of them. So are all calls of a thread or process, of which the total is the self time. */
struct profile_split {
    enum grouping by;
    enum { PER_NOTHING, PER_THREAD, PER_PROCESS } per; /* rows for each; of BY_THREAD and BY_PROCESS they are anyway */
    const struct labels *labels;                       /* for BY_FILE and BY_MODULE */
};

/* Of the whole tape, thread by thread, or of what `choice` leaves of it, which needs all events; that and `watch` may
 * be NULL. Rows in order of function ids. */
int profile_make(struct profile *profile, struct tape *tape, const struct filter_choice *choice,
                 enum profile_flag flags, const struct calls_watch *watch, struct error *error);
/* The same, split; `split` may be NULL. Rows stand by part, then by function. */
int profile_make_split(struct profile *profile, struct tape *tape, const struct filter_choice *choice,
                       enum profile_flag flags, const struct profile_split *split, const struct calls_watch *watch,
                       struct error *error);
void profile_free(struct profile *profile);

/* Largest first; names from A to Z. Rows that are equal stand by name, then by id, then by value, smallest first. */
void profile_sort(struct profile *profile, enum profile_order order, const struct labels *labels);

#endif
