/* Who calls functions, and whom they call. */
#ifndef CALLTAPE_EMIT_CALLERS_H
#define CALLTAPE_EMIT_CALLERS_H

#include "analyze/callers.h"
#include "base/output.h"
#include "emit/names.h"

/* At most `limit` callers and callees of each function; `bounds`: with how far off times may be. */
void callers_text(struct output *output, const struct callers *callers, size_t limit, bool bounds,
                  struct shown_names *names);
/* An array of one object a function: function, module, file, line, address, calls, nested_calls, jumped, open,
 * total_ns, self_ns, away_ns, their bounds (total_bound_ns, ...), percent (of all self time), shallowest_depth,
 * deepest_depth (from 0; null: no calls), caller_functions, callee_functions (numbers), and callers and callees: arrays
 * of function (null: none), module, file, line, address, calls, nested_calls (of callers), time_ns, time_bound_ns,
 * percent (of the function's total). */
void callers_json(struct output *output, const struct callers *callers, size_t limit, const struct labels *labels);
/* One row an edge: the function, which side ("caller", "callee"), the other function, and its numbers. */
void callers_csv(struct output *output, const struct callers *callers, size_t limit, const struct labels *labels);

#endif
