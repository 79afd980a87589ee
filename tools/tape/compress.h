/* The tape's codec, behind a few functions: the only file that knows zstd. */
#ifndef CALLTAPE_TAPE_COMPRESS_H
#define CALLTAPE_TAPE_COMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct compressor;

const char *compress_library(void); /* "zstd 1.5.4": of the one that runs */

struct compressor *compressor_create(void); /* NULL: out of memory */
void compressor_free(struct compressor *compressor);

enum compress_how {
    COMPRESS_MATCHES, /* for what repeats itself */
    COMPRESS_VALUES,  /* for what only resembles what came shortly before */
    COMPRESS_SYMBOLS, /* for what only favours some bytes: twice as fast, and almost as small */
};

/* Most bytes that compressing `bytes` can give. */
size_t compress_bound(size_t bytes);
/* Bytes written to `to`, or 0 when it does not fit into `room`. */
size_t compress(struct compressor *compressor, enum compress_how how, void *to, size_t room, const void *from,
                size_t bytes);
enum decompressed { DECOMPRESSED, DECOMPRESS_DAMAGED, DECOMPRESS_NO_MEMORY };
/* Whether `from` holds exactly `raw_bytes` bytes, now at `to`. Safe on any input. */
enum decompressed decompress(void *to, size_t raw_bytes, const void *from, size_t bytes);

#endif
