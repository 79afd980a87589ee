/* Folding calls before they are packed: `record --fold`. A run is what one caller calls between two other events: calls
 * that call nothing themselves, each with a time at both ends, short, and shortly after the event before; all of
 * functions that were called often enough by then. Where it is long enough it becomes a word for each of its functions
 * (FORMAT.md, 3.6). Who packs on several threads has one for each, which counts for itself. Not thread-safe. */
#ifndef CALLTAPE_TAPE_FOLD_H
#define CALLTAPE_TAPE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"
#include "tape/buffer.h"

/* Of a function: its calls so far, and how many of them were folded. */
struct fold_calls {
    uint64_t calls, folded;
};

struct folder {
    bool on;
    uint64_t least;               /* a function is folded from so many calls on */
    struct fold_calls *functions; /* by id */
    uint32_t function_count;      /* there is room for */
    uint64_t *words;              /* of the chunk, folded */
    struct buffer column;         /* of the block */
    uint64_t block_calls;         /* in it */
};

/* On the way from folder_words to the packer a FOLD word says in its upper bits how much time it takes. */
#define FOLD_SPAN_SHIFT 23
_Static_assert(CT_FUNCTION_MAX < 1u << FOLD_SPAN_SHIFT, "a FOLD word holds both");

/* -1: no memory. */
int folder_on(struct folder *folder, uint64_t least);
void folder_free(struct folder *folder);
void folder_begin_block(struct folder *folder);

/* A chunk's words, at most CHUNK_WORDS_MAX, as they are to be packed; *count of them, never more than before. Each is
 * loaded once. `reference` is what the first one's low bits are read against, `timed_cost` what an event costs, in 1/16
 * ticks. NULL: no memory. */
const uint64_t *folder_words(struct folder *folder, uint64_t reference, uint32_t timed_cost, const uint64_t *words,
                             uint32_t *count);

/* Adds what another has folded. -1: no memory. */
int folder_merge(struct folder *folder, const struct folder *other);

/* How many calls of how many functions were folded. */
struct fold_totals {
    uint64_t calls, functions;
};
struct fold_totals folder_totals(const struct folder *folder);

#endif
