/* Bytes that grow, and the LEB128 numbers in them. */
#ifndef CALLTAPE_VIEW_BYTES_H
#define CALLTAPE_VIEW_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: empty. What finds no memory sets `failed` and writes nothing: ask once, at the end. */
struct bytes {
    uint8_t *at;
    size_t count, room;
    bool failed;
};

/* Where `count` more bytes go; NULL: no memory. They count as written. */
uint8_t *bytes_more(struct bytes *bytes, size_t count);
void bytes_put(struct bytes *bytes, const void *from, size_t count);
void bytes_number(struct bytes *bytes, uint64_t n);
/* Appends the zlib stream of `count` bytes. False: no memory. */
bool bytes_deflate(struct bytes *bytes, const void *from, size_t count);
void bytes_free(struct bytes *bytes);

/* A bounded look at bytes: what can't be read is 0, and `failed`. */
struct reading {
    const uint8_t *at, *end;
    bool failed;
};

uint64_t read_number(struct reading *reading);

#endif
