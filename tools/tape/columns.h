/* The codes of a block's words, put together from the columns that the packer takes them apart into (FORMAT.md). */
#ifndef CALLTAPE_TAPE_COLUMNS_H
#define CALLTAPE_TAPE_COLUMNS_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tape/bytes.h"

/* What there is among codes. */
struct columns_counts {
    size_t entries, specials, untimed, values, data, folds; /* the last three are of the specials */
    uint32_t highest;
};
struct columns_counts columns_count(const uint16_t *codes, size_t count);

/* Columns of a block's words, before eight zero bytes each that are not counted. `kinds` are bits, the lowest first: 1
 * for an entry or a special, whose code is the next of `entries`. */
struct columns_apart {
    const uint8_t *kinds;
    size_t kind_bytes;
    const uint16_t *entries;
    size_t entry_count;
    uint64_t words;
    struct bytes timed;
};

/* Of 64 words from `word` on, a multiple of 8. */
static inline uint64_t columns_kinds(const uint8_t *kinds, uint64_t word)
{
    uint64_t bits;
    memcpy(&bits, kinds + word / 8, sizeof bits);
    return le64toh(bits);
}

/* Counts what there is among `entries`. False: the columns do not fit each other. */
bool columns_apart_fit(const struct columns_apart *columns, struct columns_counts *counts);
/* Writes the codes of columns that fit, as if all words had a time. */
void columns_join(uint16_t *codes, const struct columns_apart *columns);

#endif
