/* The codes of a block's words, put together from the columns that the packer takes them apart into (FORMAT.md). */
#ifndef CALLTAPE_TAPE_COLUMNS_H
#define CALLTAPE_TAPE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tape/bytes.h"
#include "tape/habits.h"

/* What there is among codes. */
struct columns_counts {
    size_t entries, specials, untimed, values, data, folds; /* the last three are of the specials */
    uint32_t highest;
};
struct columns_counts columns_count(const uint16_t *codes, size_t count);

/* Writes `words` codes. `kinds`, and `entries` behind its `entry_count` codes, must have eight zero bytes more than
 * they count. With the columns TIMED and SPECIALS, and habits at their begin, for a block that has any in TIMED: else
 * `habits` is NULL, and all have a time. False: the columns do not fit each other. */
struct columns_apart {
    const uint8_t *kinds;
    size_t kind_bytes;
    const uint16_t *entries;
    size_t entry_count;
    struct bytes timed, specials;
};
bool columns_join(uint16_t *codes, uint64_t words, const struct columns_apart *columns, struct habits *habits,
                  struct columns_counts *counts);

#endif
