/* A profile as a table. Rows come in the profile's order, at most `limit` of them. */
#ifndef CALLTAPE_EMIT_REPORT_H
#define CALLTAPE_EMIT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/overview.h"
#include "analyze/profile.h"
#include "base/output.h"
#include "emit/names.h"

/* In the order in which they stand in the text's table. */
enum report_column {
    REPORT_SELF,
    REPORT_SHARE,
    REPORT_TOTAL,
    REPORT_CALLS,
    REPORT_AVERAGE,
    REPORT_MIN,
    REPORT_P50,
    REPORT_P90,
    REPORT_P99,
    REPORT_P999,
    REPORT_MAX,
    REPORT_DEVIATION,
    REPORT_COLUMNS,
};

struct report_view {
    const struct profile *profile;
    const struct overview *overview; /* names of threads and processes */
    const struct labels *labels;
    struct shown_names *names;
    size_t limit;
    enum profile_order order;
    uint32_t columns;       /* 1 << enum report_column; text */
    const char *value_name; /* where the profile tells values apart: what they are called; text */
    bool bounds;            /* with columns that say how far off durations may be; text */
};

void report_text(struct output *output, const struct report_view *view);
/* An array of one object a row: function, module, file, line, or only file, or only module, as the profile is split;
 * thread (index), tid and thread_name, process (index), pid and executable where these are told apart; calls, total_ns,
 * self_ns, avg_ns, min_ns, max_ns, address (of functions: a hexadecimal string, in its file, null where not known); how
 * far off each time may be: total_bound_ns, self_bound_ns, avg_bound_ns, min_bound_ns, max_bound_ns; what the probe
 * cost: total_probe_ns, self_probe_ns; where values are told apart value (null: unless it is whole), value_kind,
 * value_state (none: of calls that have none); where they were asked for p50_ns, p90_ns, p99_ns, p999_ns, stddev_ns. */
void report_json(struct output *output, const struct report_view *view);
/* The same fields as columns, with a head. */
void report_csv(struct output *output, const struct report_view *view);

#endif
