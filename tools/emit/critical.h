/* What decided the elapsed time, and the chain of threads that it went through. */
#ifndef CALLTAPE_EMIT_CRITICAL_H
#define CALLTAPE_EMIT_CRITICAL_H

#include "analyze/critical.h"
#include "base/output.h"
#include "emit/names.h"

struct critical_view {
    const struct critical *critical;
    const struct tape_thread *threads;
    const struct labels *labels;
    struct shown_names *names;
    size_t limit; /* rows, and segments: the longest */
};

void critical_text(struct output *output, const struct critical_view *view);
/* An object: thread, tid, thread_name, from_ns, to_ns, elapsed_ns, unknown_wait_ns, waits, wakes, short_waits_left_out,
 * wakes_left_out; rows: kind (function, outside, starting, held, recording), function and what tells it, ns, percent;
 * segments, in time's order: thread, tid, thread_name, from_ns, to_ns, wait (null: none), kind and function of what
 * took most of it. */
void critical_json(struct output *output, const struct critical_view *view);

#endif
