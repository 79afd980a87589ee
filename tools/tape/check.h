/* Reading all of a tape to see whether it is whole. */
#ifndef CALLTAPE_TAPE_CHECK_H
#define CALLTAPE_TAPE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "tape/tape.h"

struct check_result {
    /* Everything that is wrong, as tape_damages lists it; `found` counts what is not listed too. */
    const struct tape_damage *findings;
    size_t finding_count;
    uint64_t found;
    uint64_t sections, blocks, damaged_blocks;
    uint64_t events, entries; /* in blocks that are whole */
};

/* Verifies every section's checksum and unpacks every block. The findings live as long as the tape. */
int check_tape(struct tape *tape, struct check_result *result, struct error *error);

#endif
