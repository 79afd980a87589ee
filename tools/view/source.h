/* The source text around a function's first line. */
#ifndef CALLTAPE_VIEW_SOURCE_H
#define CALLTAPE_VIEW_SOURCE_H

#include "analyze/labels.h"
#include "base/output.h"

/* As JSON: {"first": number of the first line, "lines": [...]}; no lines where the file is not there, is no plain text
 * file, or has no such line. */
void source_write(const struct label *label, struct output *output);

#endif
