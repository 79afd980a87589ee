/* Advice on what not to trace: a table, what it saves, and compilers' flags. */
#ifndef CALLTAPE_EMIT_ADVICE_H
#define CALLTAPE_EMIT_ADVICE_H

#include "analyze/advice.h"
#include "base/output.h"
#include "emit/names.h"

void advice_text(struct output *output, const struct advice *advice, const struct labels *labels,
                 struct shown_names *names);

/* One object: whole, saving (of all functions advised), flags_saving (of those that gcc's flags leave out), each with
 * events, ns, bytes; functions: function, module, file, line, address, calls, self_ns, total_ns, saving,
 * left_out_by ("function-list", "file-list", "attribute"), others (that its name would leave out, at most three),
 * others_count; gcc_flags: none, one or two. */
void advice_json(struct output *output, const struct advice *advice, const struct labels *labels);

#endif
