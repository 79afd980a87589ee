/* A merged call tree. Nodes that paths_select hid are left out and counted. */
#ifndef CALLTAPE_EMIT_TREE_H
#define CALLTAPE_EMIT_TREE_H

#include "analyze/overview.h"
#include "analyze/paths.h"
#include "base/output.h"
#include "emit/names.h"

void tree_text(struct output *output, const struct paths *paths, const struct overview *overview,
               struct shown_names *names);
/* {"total_ns", "processes": [{"pid", "command", "total_ns", "children": [node]}]}; a node: function, module, file,
 * line, calls, total_ns, self_ns, percent, jumped, open, recursive_calls, folded_calls, address, children,
 * hidden_children. */
void tree_json(struct output *output, const struct paths *paths, const struct overview *overview,
               const struct labels *labels);

#endif
