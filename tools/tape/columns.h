/* The codes of a block's words, put together from the columns that the packer takes them apart into (FORMAT.md). */
#ifndef CALLTAPE_TAPE_COLUMNS_H
#define CALLTAPE_TAPE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tape/bytes.h"
#include "tape/habits.h"

/* Writes `words` codes. `kinds`, and `entries` behind its `entry_count` codes, must have eight bytes more than they
 * count. False: the columns do not fit each other. */
bool columns_join(uint16_t *codes, uint64_t words, const uint8_t *kinds, size_t kind_bytes, const uint16_t *entries,
                  size_t entry_count);

/* Marks those of the codes that have no time, with the columns TIMED and SPECIALS and habits at their begin. Likewise.
 */
bool columns_mark_untimed(uint16_t *codes, uint64_t words, struct bytes timed, struct bytes specials,
                          struct habits *habits);

#endif
