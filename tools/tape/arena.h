/* Reading an arena, by the recorder while programs write it and by recovery afterwards. Never writes to it. */
#ifndef CALLTAPE_TAPE_ARENA_H
#define CALLTAPE_TAPE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "calltape/format.h"

struct arena {
    struct ct_arena *header;
    uint32_t *states; /* read with __atomic_load_n */
    uint8_t *bytes;   /* the whole mapping */
    uint64_t size;
    bool writable;
    uint32_t first_chunk, chunk_count; /* checked copies of the header's */
};

/* Maps an existing arena and checks its header against the file's size. */
int arena_open(struct arena *arena, const char *path, bool writable, struct error *error);
void arena_close(struct arena *arena);

/* Whether a header read from a file of `size` bytes can be believed; `path` is for the error. */
int arena_header_check(const struct ct_arena *header, uint64_t size, const char *path, struct error *error);

/* The chunk's header and words in place. */
struct ct_chunk *arena_chunk(const struct arena *arena, uint32_t chunk);

/* Words in use after the header: what a sealed chunk says (checked), else up to the last nonzero word. */
uint32_t arena_chunk_words(const struct ct_chunk *chunk);

#endif
