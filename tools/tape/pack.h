/* Packing raw words into the columns of one block (FORMAT.md, "Blocks"). No input or output here. */
#ifndef CALLTAPE_TAPE_PACK_H
#define CALLTAPE_TAPE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"
#include "tape/buffer.h"
#include "tape/fold.h"
#include "tape/habits.h"
#include "tape/learn.h"

/* What a word is: FORMAT.md, "Codes". */
enum {
    CODE_EXIT = 0,    /* 1 without a time */
    CODE_SPECIAL = 2, /* + kind */
    CODE_ENTRY = 66,  /* + 2 * index into the dictionary, + 1 without a time */
    DICTIONARY_MAX = (0x10000 - CODE_ENTRY) / 2,
};

static inline bool code_is_special(uint32_t code)
{
    return code - CODE_SPECIAL < CODE_ENTRY - CODE_SPECIAL;
}

/* A value, or bytes of one. */
static inline bool code_is_of_value(uint32_t code)
{
    return code == CODE_SPECIAL + CT_SPECIAL_VALUE || code == CODE_SPECIAL + CT_SPECIAL_DATA;
}

#define CHUNK_WORDS_MAX (CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS)

/* Of a block's edges nothing is told beyond either. */
enum { EDGES_INHERITED_MOST = 256 };
#define EDGES_BYTES_MOST(words) (16 * (uint64_t)(words) + 16)

struct edges_inherited {
    uint32_t depth, function;
};

/* What the block does to the open calls. */
struct edges_column {
    struct buffer ops;         /* that are complete */
    uint64_t entries, exits;   /* of the block, before the current op */
    uint64_t jumped, inherits; /* since */
    struct edges_inherited inherited[EDGES_INHERITED_MOST];
    size_t inherited_count;
    bool unknown; /* nothing can be told */
};

struct packer {
    uint16_t *slots; /* of function f: [f + 1], the code of its timed entry; 0: not in the block's dictionary */
    uint64_t *seen;  /* bit set of ids that occurred in any block */
    uint32_t seen_count;
    uint32_t *dictionary; /* id of each index */
    uint32_t dictionary_count;
    uint32_t *gap_entry, *gap_exit; /* what was known of each when the block began */
    uint32_t *means;                /* of each code of an entry, and of the exits of the same function behind it */
    uint32_t timed_cost, untimed_cost;
    struct folder folder;
    struct learner learner;
    struct habits habits;
    struct edges_column edges;
    struct buffer functions, kinds, entries, timed, times, specials, gap_column, edges_column;
    uint64_t words;                           /* in `kinds` */
    uint8_t kind_bytes[CHUNK_WORDS_MAX + 16]; /* of words that are not in there yet */
    uint32_t kinds_left;                      /* so many, between chunks */
    uint64_t specials_seen;
    uint64_t surprise;     /* index behind the last word that had a time, or none, unexpectedly */
    uint64_t last;         /* time of the last timed word, or first_ticks */
    uint64_t skipped;      /* what low bits are read against, the latest clock value known, is so much later */
    uint64_t time_limit;   /* times that are not below it need more thought */
    struct ct_block block; /* of the columns */
};

/* 0, or -1: out of memory. */
int packer_init(struct packer *packer);
void packer_free(struct packer *packer);

/* Starts a block of the thread and sequence that `chunk` tells. */
void packer_begin(struct packer *packer, const struct ct_chunk *chunk);
/* Whether one more chunk surely fits: dictionary and size. */
bool packer_has_room(const struct packer *packer);
/* Adds a chunk's words, at most CHUNK_WORDS_MAX. Each is loaded once: another process may write the chunk meanwhile. */
int packer_add(struct packer *packer, uint64_t base_ticks, const uint64_t *words, uint32_t count);
/* Completes the columns and the block's fields but for `parts`. */
int packer_end(struct packer *packer);

/* pack_edges.c: a block begins; a special comes, of which habits do not know yet, after so many entries and exits; the
 * block is complete but for this column. */
void edges_begin(struct edges_column *edges);
void edges_special(struct packer *packer, uint32_t kind, uint64_t payload, uint64_t entries, uint64_t exits);
int edges_end(struct packer *packer);

/* Marks a function as occurring in the tape. */
void packer_see(struct packer *packer, uint32_t function);

#endif
