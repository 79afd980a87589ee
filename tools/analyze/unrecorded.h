/* Calls that were made but not recorded, by function. */
#ifndef CALLTAPE_ANALYZE_UNRECORDED_H
#define CALLTAPE_ANALYZE_UNRECORDED_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "tape/tape.h"

struct unrecorded_row {
    uint32_t function; /* tape_function.same; 0: of functions that were not told apart */
    uint64_t calls;
};

struct unrecorded {
    struct unrecorded_row *rows; /* most calls first */
    size_t count;
    uint64_t calls; /* of all */
};

int unrecorded_make(struct unrecorded *unrecorded, const struct tape *tape, struct error *error);
void unrecorded_free(struct unrecorded *unrecorded);

#endif
