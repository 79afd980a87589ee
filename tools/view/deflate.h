/* zlib streams, which a browser unpacks by itself. The only place that knows zlib. */
#ifndef CALLTAPE_VIEW_DEFLATE_H
#define CALLTAPE_VIEW_DEFLATE_H

#include "view/bytes.h"

/* Appends the stream of `count` bytes. False: no memory. */
bool zlib_pack(struct bytes *to, const void *from, size_t count);
/* Writes the `count` bytes that the stream holds. False: it does not. */
bool zlib_unpack(void *to, size_t count, const void *from, size_t packed);

#endif
