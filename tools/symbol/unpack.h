/* What symbol tables and debug information are compressed with, beside zlib, which libelf knows. Safe on any input. */
#ifndef CALLTAPE_SYMBOL_UNPACK_H
#define CALLTAPE_SYMBOL_UNPACK_H

#include <stddef.h>
#include <stdint.h>

/* Both: to be freed; NULL: damaged, no memory, or the library was not there when calltape was built. */
void *unpack_zstd(const void *from, size_t bytes, uint64_t unpacked_bytes);
/* An .xz file of at most UNPACK_XZ_MAX bytes. */
void *unpack_xz(const void *from, size_t bytes, size_t *unpacked_bytes);

#define UNPACK_XZ_MAX ((size_t)64 << 20)

#endif
