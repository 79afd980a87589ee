/* Who calls a function, and whom it calls.
 *
 * Each instant of a function's total belongs to one of its callers and to one of the functions that it calls, or to
 * itself. Where calls of it are nested in one another, the outermost decides from whom the time comes, and the
 * innermost where it goes. So the times of the callers sum to the total, and so do the function's self time, the time
 * its stack was switched out while it was innermost, and the times of what it calls; of calls that a function makes to
 * itself only their number is told. */
#ifndef CALLTAPE_ANALYZE_CALLERS_H
#define CALLTAPE_ANALYZE_CALLERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/gather.h"
#include "analyze/subjects.h"
#include "analyze/took.h"

struct callers_edge {
    uint32_t function;    /* the other one; CT_NONE: calls that have no caller */
    uint64_t calls;       /* made directly, by the caller of the callee */
    uint64_t nested;      /* of them, of callers: made within another call of the function */
    struct duration time; /* of the function's total, as told above */
    double share; /* of that total, 0 to 1, which it never exceeds, though costs are taken out of each by itself */
};

/* Of one function. Edges stand by time, then calls, most first. */
struct callers_node {
    uint32_t function;
    uint64_t calls, nested, jumped, open;
    struct duration total, self, away;
    double share;              /* its total's of all self time */
    uint32_t shallow, deepest; /* depth of its calls, from 0; shallow > deepest: there are none */
    struct callers_edge *callers, *callees;
    size_t caller_count, callee_count; /* callers: functions; one more where there are calls without a caller */
    bool called_from_outside;          /* there are such calls: an edge of callers has no function */
};

struct callers {
    struct callers_node *nodes; /* one a subject, in their order */
    size_t count;
    struct sums sums;
};

/* callers_free is due in any case. */
int callers_make(struct callers *callers, const struct subjects *subjects, const struct gather_source *source,
                 struct error *error);
void callers_free(struct callers *callers);

#endif
