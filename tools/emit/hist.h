/* How long a function's calls took. */
#ifndef CALLTAPE_EMIT_HIST_H
#define CALLTAPE_EMIT_HIST_H

#include "analyze/hist.h"
#include "analyze/overview.h"
#include "base/output.h"
#include "emit/names.h"

struct hist_view {
    const struct hist *hist;
    const struct overview *overview;
    const struct labels *labels;
    struct shown_names *names;
    size_t differences; /* at most so many are shown */
    const struct tape_key *keys;
    bool bounds; /* of the slowest calls: how far off their durations may be; text */
};

void hist_text(struct output *output, const struct hist_view *view);
/* One object: function, module, file, line, address, calls, interpolated_calls, avg_ns, stddev_ns, min_ns, p50_ns,
 * p90_ns, p99_ns, p999_ns, max_ns; bins: from_ns, to_ns, calls; slowest: duration_ns, bound_ns, start_ns, thread, tid,
 * depth, values, flags, path (names, outermost first, without the function; path_left_out of its middle are not there);
 * outliers (null: there are none): from_ns, calls, other_calls, self_below_ns, other_self_below_ns, differences:
 * function (null: the call itself), module, file, line, self_ns, other_self_ns, calls, other_calls, all on the mean. */
void hist_json(struct output *output, const struct hist_view *view);
/* The bins that hold calls: from_ns, to_ns, calls. */
void hist_csv(struct output *output, const struct hist *hist);

#endif
