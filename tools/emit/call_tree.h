/* Single calls as a tree. */
#ifndef CALLTAPE_EMIT_CALL_TREE_H
#define CALLTAPE_EMIT_CALL_TREE_H

#include "analyze/call_tree.h"
#include "analyze/overview.h"
#include "base/output.h"
#include "emit/names.h"

struct call_tree_view {
    const struct call_tree *tree;
    const struct overview *overview;
    const struct tape_key *keys;
    const struct labels *labels; /* JSON */
    struct shown_names *names;   /* text */
    bool bounds;                 /* text */
};

void call_tree_text(struct output *output, const struct call_tree_view *view);
/* {"whole", "threads": [{"thread", "tid", "thread_name", "children": [call]}]}; a call: function, module, file, line,
 * start_ns, end_ns, duration_ns, self_ns, calls, values, flags, address, bound_ns, probe_ns as in replay's, children.
 */
void call_tree_json(struct output *output, const struct call_tree_view *view);

#endif
