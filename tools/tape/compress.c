#include "tape/compress.h"

#include <stdio.h>
#include <zstd.h>

/* Packing recorded arenas, level 3 beside level 1: SQLite's speedtest1 (36 M events) 5.75 MB and 0.25 s beside 5.97 MB
 * and 0.25 s; fib, 124 M events: 24.9 MB and 0.82 s beside 32.4 MB and 0.95 s. Random ids and times: 1 is a fifth
 * faster. */
enum { LEVEL = 3 };

const char *compress_library(void)
{
    static char text[32];
    snprintf(text, sizeof text, "zstd %s", ZSTD_versionString());
    return text;
}

struct compressor *compressor_create(void)
{
    return (struct compressor *)ZSTD_createCCtx();
}

void compressor_free(struct compressor *compressor)
{
    ZSTD_freeCCtx((ZSTD_CCtx *)compressor);
}

size_t compress_bound(size_t bytes)
{
    return ZSTD_compressBound(bytes);
}

size_t compress(struct compressor *compressor, void *to, size_t room, const void *from, size_t bytes)
{
    size_t packed = ZSTD_compressCCtx((ZSTD_CCtx *)compressor, to, room, from, bytes, LEVEL);
    return ZSTD_isError(packed) ? 0 : packed;
}

bool decompress(void *to, size_t raw_bytes, const void *from, size_t bytes)
{
    return ZSTD_decompress(to, raw_bytes, from, bytes) == raw_bytes;
}
