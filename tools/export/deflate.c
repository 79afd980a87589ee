#include "export/deflate.h"

#ifdef HAVE_ZLIB

#include <stdlib.h>
#include <zlib.h>

const char *deflate_library(void)
{
    return "zlib " ZLIB_VERSION;
}

bool deflate_available(void)
{
    return true;
}

void *deflate_bytes(const void *bytes, size_t count, size_t *packed)
{
    uLongf size = compressBound((uLong)count);
    void *to = malloc(size);
    if (to != NULL && compress2(to, &size, bytes, (uLong)count, Z_BEST_SPEED) == Z_OK) {
        *packed = size;
        return to;
    }
    free(to);
    return NULL;
}

#else

const char *deflate_library(void)
{
    return "no zlib";
}

bool deflate_available(void)
{
    return false;
}

void *deflate_bytes(const void *bytes, size_t count, size_t *packed)
{
    (void)bytes, (void)count, (void)packed;
    return NULL;
}

#endif
