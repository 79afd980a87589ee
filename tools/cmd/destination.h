/* Where a document goes: to a file, or to standard output where it is called "-". */
#ifndef CALLTAPE_CMD_DESTINATION_H
#define CALLTAPE_CMD_DESTINATION_H

#include "base/error.h"
#include "base/output.h"

/* Nonzero with the error set: nothing can be meant by `path`, which `option` told: a tape, or a terminal. */
int destination_check(const char *option, const char *path, struct error *error);
/* NULL: the error is set. */
struct output *destination_open(const char *path, struct error *error);

#endif
