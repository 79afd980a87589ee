/* One bounded cursor for every untrusted byte. A read past the end gives zero (or NULL) and sets `truncated`, which
 * stays set: a caller may read a whole structure and ask once. */
#ifndef CALLTAPE_TAPE_BYTES_H
#define CALLTAPE_TAPE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *start, *at, *end;
    bool truncated;
};

struct bytes bytes_of(const void *data, size_t size);
size_t bytes_left(const struct bytes *bytes);
size_t bytes_position(const struct bytes *bytes); /* from the start */

/* Copies `size` bytes out; zeros on a short read. */
void bytes_read(struct bytes *bytes, void *to, size_t size);
/* The next `size` bytes in place, or NULL. */
const uint8_t *bytes_take(struct bytes *bytes, uint64_t size);
uint32_t bytes_u32(struct bytes *bytes);
uint64_t bytes_u64(struct bytes *bytes);
/* Unsigned LEB128 of at most ten bytes; a longer one counts as a short read. */
uint64_t bytes_leb128(struct bytes *bytes);
/* Goes behind the next `count` of them, however long they are. */
void bytes_pass_leb128(struct bytes *bytes, size_t count);
/* A string in place, its NUL inside the bounds; "" on a short read. */
const char *bytes_string(struct bytes *bytes);

#define LEB128_BYTES_MAX 10
/* Writes unsigned LEB128 at `to` (LEB128_BYTES_MAX bytes of room); returns one past its last byte. */
uint8_t *leb128_write(uint8_t *to, uint64_t value);

#endif
