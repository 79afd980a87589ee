/* Libraries that few verbs need, opened by those: loading all of them would take longer than most of calltape's work.
 */
#ifndef CALLTAPE_BASE_LIBRARY_H
#define CALLTAPE_BASE_LIBRARY_H

#include <stddef.h>

#include "base/error.h"

struct library_function {
    const char *name;
    void *pointer; /* of the pointer to the function that is set */
};

/* Opens `file` and finds `count` functions; it stays open. -1 with the error set: `purpose` needs it. */
int library_open(const char *file, const char *purpose, const struct library_function *functions, size_t count,
                 struct error *error);

#endif
