/* Per function: how often it was called and how long it took. */
#ifndef CALLTAPE_ANALYZE_PROFILE_H
#define CALLTAPE_ANALYZE_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "analyze/sums.h"

struct profile_row {
    uint32_t function; /* the lowest id of the function (tape_function.same) */
    uint64_t calls;    /* inherited ones are not among them */
    uint64_t total_ns; /* with what it called; of recursive calls only the outermost counts */
    uint64_t self_ns;
    uint64_t average_ns, min_ns, max_ns; /* of single calls, from entry to end, what they called included */
    uint64_t jumped, open;               /* calls that ended by a jump; that never ended */
    double share;                        /* of all self time, 0 to 1 */
};

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

/* Reads the whole tape, thread by thread; `watch` may be NULL. Rows in order of function ids. */
int profile_make(struct profile *profile, struct tape *tape, const struct calls_watch *watch, struct error *error);
void profile_free(struct profile *profile);

/* Largest first; names from A to Z. Rows that are equal stand by name, then by id. */
void profile_sort(struct profile *profile, enum profile_order order, const struct labels *labels);

#endif
