/* What `cc` and `cflags` share. */
#ifndef CALLTAPE_CMD_COMPILER_H
#define CALLTAPE_CMD_COMPILER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/options.h"
#include "compiler/kind.h"

/* --system-headers */
struct option compiler_option(bool *system_headers);

/* -1 with the error set, unless `kind` is that of a compiler known. `name`: what was asked. */
int compiler_check(enum compiler_kind kind, const char *name, struct error *error);

#endif
