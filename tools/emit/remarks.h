/* What a reader must be told beside the numbers, one sentence each. */
#ifndef CALLTAPE_EMIT_REMARKS_H
#define CALLTAPE_EMIT_REMARKS_H

#include <stdbool.h>

#include "analyze/sums.h"
#include "base/output.h"

/* `text` is safe for a terminal and has no line break. `warning`: numbers may be wrong or missing. */
typedef void remarks_say(void *context, bool warning, const char *text);
void remarks(const struct sums *sums, bool utf8, remarks_say *say, void *context);

/* The foot of a text report: an empty line, the sums, what times mean, the remarks. */
void remarks_foot(struct output *output, const struct sums *sums);

#endif
