#include "view/deflate.h"

#include <zlib.h>

bool zlib_pack(struct bytes *to, const void *from, size_t count)
{
    uLong most = compressBound(count);
    uint8_t *at = bytes_more(to, most);
    uLongf packed = most;
    if (at == NULL || compress2(at, &packed, from, count, 5) != Z_OK)
        return false;
    to->count -= most - packed;
    return true;
}

bool zlib_unpack(void *to, size_t count, const void *from, size_t packed)
{
    uLongf got = count;
    return uncompress(to, &got, from, packed) == Z_OK && got == count;
}
