/* What a tape says of itself: no event is read. */
#ifndef CALLTAPE_ANALYZE_OVERVIEW_H
#define CALLTAPE_ANALYZE_OVERVIEW_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "analyze/sums.h"
#include "analyze/unrecorded.h"

struct overview_process {
    const struct tape_process *it;
    uint64_t start_ns, end_ns; /* since the recording's start */
    uint64_t threads, events, calls;
};

struct overview_thread {
    const struct tape_thread *it;
    uint64_t start_ns, end_ns;
};

/* Pointers into the tape live as long as it. */
struct overview {
    const char *path;
    const struct tape_session *session;
    struct tape_totals totals;
    uint64_t duration_ns;
    double bytes_per_event; /* 0 where there are no events */
    struct overview_process *processes;
    struct overview_thread *threads;
    const struct tape_module *modules;
    uint32_t process_count, thread_count, module_count;
    uint32_t function_count; /* different functions, but those that were left out */
    struct unrecorded unrecorded;
    struct labels *labels;
    struct sums sums;                      /* only what needs no event to be read */
    double timed_cost_ns, untimed_cost_ns; /* of recording one event; by overview_costs, else 0: not known */
};

int overview_make(struct overview *overview, const struct tape *tape, struct error *error);
/* What recording cost, as far as what is stored of the threads tells it. */
void overview_costs(struct overview *overview, struct tape *tape);
void overview_free(struct overview *overview);

#endif
