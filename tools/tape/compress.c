#include "tape/compress.h"

#include <stdio.h>
#define ZSTD_STATIC_LINKING_ONLY /* for ZSTD_c_literalCompressionMode */
#include <zstd.h>
#include <zstd_errors.h>

/* Columns of SQLite's speedtest1 (36 M events), nanoseconds and bytes an event: kinds and entries level 3 0.58 and
 * 0.040, level 1 0.65 and 0.042, level -1 0.69 and 0.043. Times, where every event has one: level 3 2.4 and 0.167,
 * level 1 2.3 and 0.174, symbols alone 1.4 and 0.184. */
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

struct setting {
    ZSTD_cParameter parameter;
    int value;
};

/* A short memory: the numbers before have the same bytes as often as others, and lie at the same few distances. Of two
 * arguments a call: a tenth smaller than level 3, in half the time. */
static const struct setting values[] = {
    {ZSTD_c_compressionLevel, 1},
    {ZSTD_c_strategy, ZSTD_fast},
    {ZSTD_c_hashLog, 11},
    {ZSTD_c_minMatch, 6},
};

/* Steps so wide that it looks for hardly any match, but still gives bytes codes by how often they occur. */
static const struct setting symbols[] = {
    {ZSTD_c_compressionLevel, 1},         {ZSTD_c_strategy, ZSTD_fast},  {ZSTD_c_hashLog, ZSTD_HASHLOG_MIN},
    {ZSTD_c_minMatch, ZSTD_MINMATCH_MAX}, {ZSTD_c_targetLength, 100000}, {ZSTD_c_literalCompressionMode, 1},
};

/* False: this zstd does not do that. */
static bool set_all(ZSTD_CCtx *context, const struct setting *settings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ZSTD_isError(ZSTD_CCtx_setParameter(context, settings[i].parameter, settings[i].value)))
            return false;
    return true;
}

static bool set(ZSTD_CCtx *context, enum compress_how how)
{
    if (how == COMPRESS_VALUES)
        return set_all(context, values, sizeof values / sizeof *values);
    return how == COMPRESS_SYMBOLS && set_all(context, symbols, sizeof symbols / sizeof *symbols);
}

size_t compress(struct compressor *compressor, enum compress_how how, void *to, size_t room, const void *from,
                size_t bytes)
{
    ZSTD_CCtx *context = (ZSTD_CCtx *)compressor;
    ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
    if (!set(context, how)) {
        ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL);
    }
    size_t packed = ZSTD_compress2(context, to, room, from, bytes);
    return ZSTD_isError(packed) ? 0 : packed;
}

enum decompressed decompress(void *to, size_t raw_bytes, const void *from, size_t bytes)
{
    size_t got = ZSTD_decompress(to, raw_bytes, from, bytes);
    if (ZSTD_isError(got) && ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation)
        return DECOMPRESS_NO_MEMORY;
    return got == raw_bytes ? DECOMPRESSED : DECOMPRESS_DAMAGED;
}
