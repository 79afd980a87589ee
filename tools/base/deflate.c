#include "base/deflate.h"

#include <zlib.h>

enum { LEVEL = 5 };

size_t deflate_most(size_t count)
{
    return compressBound(count);
}

size_t deflate_bytes(void *to, size_t room, const void *from, size_t count)
{
    uLongf packed = room;
    return compress2(to, &packed, from, count, LEVEL) == Z_OK ? packed : 0;
}

bool inflate_bytes(void *to, size_t count, const void *from, size_t packed)
{
    uLongf got = count;
    return uncompress(to, &got, from, packed) == Z_OK && got == count;
}
