/* How long one function's calls took: their distribution, the slowest, and what the outliers among them had below them
 * that others had not. Durations are of single calls, from entry to end, those within other calls of it included. */
#ifndef CALLTAPE_ANALYZE_HIST_H
#define CALLTAPE_ANALYZE_HIST_H

#include "analyze/durations.h"

struct hist_bin {
    uint64_t from_ns, to_ns; /* to: not in it */
    uint64_t calls;
};

enum { HIST_PERCENTILES = 4 }; /* p50, p90, p99, p99.9 */

/* What one call did itself, or in all calls of another function below it, on the mean. */
struct hist_difference {
    uint32_t function;           /* CT_NONE: the call itself, whose calls are not counted */
    double outlier_ns, usual_ns; /* self time; 0 where it is less than what recording cost */
    double outlier_calls, usual_calls;
};

/* The outliers, as calls from `from_ns` on. Unless asked otherwise: of five calls or more at most a hundredth, or one;
 * at least twice the median. from_ns UINT64_MAX: there are none. */
struct hist_outliers {
    uint64_t from_ns;
    uint64_t calls, others;
    double outlier_ns, usual_ns;         /* durations on the mean, but for time that their stacks were switched out */
    double extra_ns;                     /* sum of the differences' additional times */
    struct hist_difference *differences; /* largest additional time first */
    size_t count;
};

struct hist {
    uint32_t function;
    uint64_t calls, uncertain; /* uncertain: their durations hang on interpolated times */
    struct duration average, least, most;
    uint64_t deviation_ns;
    uint64_t percentiles_ns[HIST_PERCENTILES];
    struct hist_bin bins[BINS]; /* from the first to the last that any call is in */
    size_t bin_count;
    struct slow_call *slowest;
    size_t slow_count;
    struct hist_outliers outliers;
    struct sums sums;
};

struct hist_choice {
    uint32_t function; /* the lowest id */
    size_t slowest;
    uint64_t over_ns; /* outliers are calls of so much or more; UINT64_MAX: as told above */
};

/* hist_free is due in any case. */
int hist_make(struct hist *hist, const struct hist_choice *choice, const struct gather_source *source,
              struct error *error);
void hist_free(struct hist *hist);

#endif
