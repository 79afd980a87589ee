/* zlib streams, which browsers and other tools unpack by themselves. The only place that knows zlib. */
#ifndef CALLTAPE_BASE_DEFLATE_H
#define CALLTAPE_BASE_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that the stream of `count` may take. */
size_t deflate_most(size_t count);
/* Writes the stream to `to`, where so many bytes are free. What it took; 0: no memory. */
size_t deflate_bytes(void *to, size_t room, const void *from, size_t count);
/* Writes the `count` bytes that a stream holds. False: it holds others. */
bool inflate_bytes(void *to, size_t count, const void *from, size_t packed);

#endif
