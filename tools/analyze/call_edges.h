/* What callers.h tells, as sums that a receiver makes of a thread's calls. */
#ifndef CALLTAPE_ANALYZE_CALL_EDGES_H
#define CALLTAPE_ANALYZE_CALL_EDGES_H

#include "analyze/gather.h"
#include "analyze/subjects.h"
#include "analyze/took.h"
#include "base/numbers.h"

struct call_edge {
    uint64_t number; /* which edge: first, struct numbers finds it here */
    uint32_t subject, other;
    bool callee; /* `other` is called by the subject; else it calls it, or is CT_NONE */
    uint64_t calls, nested;
    struct took time;
};

struct call_subject {
    uint64_t calls, nested, jumped, open;
    struct took total, self, away;
    struct took_longest longest;
    uint32_t shallow, deepest;
};

struct call_edges {
    struct gathered gathered;
    const struct tape_function *functions;
    const struct subjects *subjects;
    struct call_subject *of; /* by subject */
    struct numbers edges;    /* of struct call_edge */
    struct numbers spines;   /* by stack: the subjects' open calls */
    struct spine *current;
};

struct call_edges_plan {
    const struct tape_function *functions;
    const struct subjects *subjects;
};

extern const struct gather_kind call_edges_kind; /* of struct call_edges; its plan is a struct call_edges_plan */

#endif
