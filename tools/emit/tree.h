/* A merged call tree. Nodes that paths_select hid are left out and counted. */
#ifndef CALLTAPE_EMIT_TREE_H
#define CALLTAPE_EMIT_TREE_H

#include "analyze/overview.h"
#include "analyze/paths.h"
#include "base/output.h"
#include "emit/names.h"

/* `bounds`: with columns that say how far off durations may be. */
void tree_text(struct output *output, const struct paths *paths, const struct overview *overview, bool bounds,
               struct shown_names *names);
/* {"total_ns", "inverted" (only if so: true), "processes": [{"pid", "command", "total_ns", "children": [node]}]}; a
 * node: function, module, file, line, calls, total_ns, self_ns, percent, jumped, open, recursive_calls, folded_calls,
 * address, total_bound_ns, self_bound_ns, total_probe_ns, self_probe_ns, children, hidden_children. */
void tree_json(struct output *output, const struct paths *paths, const struct overview *overview,
               const struct labels *labels);

#endif
