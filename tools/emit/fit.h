/* Names of functions, and paths of them, in less room than they take. */
#ifndef CALLTAPE_EMIT_FIT_H
#define CALLTAPE_EMIT_FIT_H

#include <stddef.h>

#include "base/output.h"

/* Prints `name` in at most `columns` (0: no limit). Of scopes and their template arguments the end says most, and the
 * function's own name most of all: what does not fit is cut off at the left, or out of that name. Returns the columns
 * used. */
size_t print_fit(struct output *output, const char *name, size_t columns);

/* The same of a path, with `then` between its names: "main → (7 more) → execute". Names are shortened before any is
 * left out; the last are left out last. */
size_t print_path(struct output *output, char *const *names, size_t count, const char *then, size_t columns);

#endif
