/* Packing raw words into the columns of one block (FORMAT.md, "Blocks"). No input or output here. */
#ifndef CALLTAPE_TAPE_PACK_H
#define CALLTAPE_TAPE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"
#include "tape/buffer.h"

/* What a word is, in the codes column: FORMAT.md. */
enum {
    CODE_EXIT = 0,    /* 1 without a time */
    CODE_SPECIAL = 2, /* + kind */
    CODE_ENTRY = 66,  /* + 2 * index into the dictionary, + 1 without a time */
    DICTIONARY_MAX = (0x10000 - CODE_ENTRY) / 2,
};

#define CHUNK_WORDS_MAX (CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS)

struct packer {
    /* Function id -> generation << 16 | code of its timed entry. An entry of another generation than the block's
     * means "not in the dictionary": nothing is cleared between blocks. The last slot is the exit's. */
    uint32_t *slots;
    uint32_t generation;
    uint64_t *seen; /* bit set of ids that occurred in any block */
    uint32_t seen_count;
    uint32_t *dictionary; /* id of each index */
    uint32_t dictionary_count;
    struct buffer functions, codes, times, specials;
    struct ct_block block; /* of the columns */
    uint64_t reference;    /* latest clock value known: what low bits are read against */
    uint64_t last;         /* time of the last timed word, or first_ticks */
};

/* 0, or -1: out of memory. */
int packer_init(struct packer *packer);
void packer_free(struct packer *packer);

/* Starts a block of the thread and sequence that `chunk` tells. */
int packer_begin(struct packer *packer, const struct ct_chunk *chunk);
/* Whether one more chunk surely fits: dictionary and size. */
bool packer_has_room(const struct packer *packer);
/* Adds a chunk's `words` words. Each word is loaded once: another process may write the chunk meanwhile. */
int packer_add(struct packer *packer, const struct ct_chunk *chunk, uint32_t words);
/* Fills in the functions column and the block's fields but for `parts`. */
int packer_end(struct packer *packer);

/* Marks a function as occurring in the tape. */
void packer_see(struct packer *packer, uint32_t function);

#endif
