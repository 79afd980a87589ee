/* A profile as a table. Rows come in the profile's order, at most `limit` of them. */
#ifndef CALLTAPE_EMIT_REPORT_H
#define CALLTAPE_EMIT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/profile.h"
#include "base/output.h"
#include "emit/names.h"

/* `bounds`: with columns that say how far off durations may be. */
void report_text(struct output *output, const struct profile *profile, enum profile_order order, size_t limit,
                 bool bounds, const struct labels *labels, struct shown_names *names);
/* An array of one object a function: function, module, file, line, calls, total_ns, self_ns, avg_ns, min_ns, max_ns,
 * address (a hexadecimal string: the function's in its file, null where not known); how far off each time may be:
 * total_bound_ns, self_bound_ns, avg_bound_ns, min_bound_ns, max_bound_ns; what the probe cost: total_probe_ns,
 * self_probe_ns. */
void report_json(struct output *output, const struct profile *profile, size_t limit, const struct labels *labels);
/* The same fields as columns, with a head. */
void report_csv(struct output *output, const struct profile *profile, size_t limit, const struct labels *labels);

#endif
