#include "symbol/unpack.h"

#include <stdlib.h>

#include "tape/compress.h"

void *unpack_zstd(const void *from, size_t bytes, uint64_t unpacked_bytes)
{
    void *to = unpacked_bytes < PTRDIFF_MAX ? malloc(unpacked_bytes + 1) : NULL;
    if (to && decompress(to, unpacked_bytes, from, bytes) == DECOMPRESSED)
        return to;
    free(to);
    return NULL;
}

#ifdef HAVE_LZMA
#include <lzma.h>

/* -1: damaged; 0: it needs more room; 1: done. */
static int unpack_into(uint8_t *to, size_t room, const uint8_t *from, size_t bytes, size_t *used)
{
    uint64_t memory = UNPACK_XZ_MAX * 2;
    size_t from_used = 0;
    *used = 0;
    lzma_ret result = lzma_stream_buffer_decode(&memory, 0, NULL, from, &from_used, bytes, to, used, room);
    return result == LZMA_OK ? 1 : result == LZMA_BUF_ERROR ? 0 : -1;
}

void *unpack_xz(const void *from, size_t bytes, size_t *unpacked_bytes)
{
    uint8_t *to = NULL;
    int result = 0;
    for (size_t room = 1 << 20; result == 0 && room <= UNPACK_XZ_MAX; room *= 4) {
        free(to);
        to = malloc(room);
        result = to ? unpack_into(to, room, from, bytes, unpacked_bytes) : -1;
    }
    if (result == 1)
        return to;
    free(to);
    return NULL;
}
#else
void *unpack_xz(const void *from, size_t bytes, size_t *unpacked_bytes)
{
    (void)from, (void)bytes, (void)unpacked_bytes;
    return NULL;
}
#endif
