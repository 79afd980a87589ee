/* Tapes written word by word and block by block, without the packer: what tests of the reader are made of. Failures end
 * the program. */
#ifndef CALLTAPE_TESTS_RAW_TAPE_H
#define CALLTAPE_TESTS_RAW_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"

enum raw_kind { RAW_ENTRY, RAW_EXIT, RAW_SPECIAL };

struct raw_word {
    enum raw_kind kind;
    bool timed;
    enum ct_special special;
    uint32_t function; /* of an entry */
    uint64_t ticks;    /* of a timed word, not before the one before */
    uint64_t payload;  /* of a special */
};

struct raw_gaps {
    uint64_t entry, exit;
};

struct raw_block {
    uint32_t process, thread, first_sequence, chunks;
    uint64_t first_ticks, stack;
    const struct raw_word *words;
    size_t count;
    bool apart;     /* with KINDS, ENTRIES and TIMED; else with CODES */
    bool has_edges; /* else the block has no EDGES */
    bool has_gaps;  /* else the block has no GAPS */
    uint64_t timed_cost, untimed_cost;
    const struct raw_gaps *gaps; /* by function id */
    const uint64_t *folds;       /* the numbers in FOLDS */
    size_t fold_numbers;
    uint64_t fold_calls; /* that the head counts for them */
};

struct raw_tape;

struct raw_tape *raw_tape_open(const char *path);
/* A section of records, as they are. */
void raw_tape_records(struct raw_tape *tape, const void *records, size_t bytes);
void raw_tape_block(struct raw_tape *tape, const struct raw_block *block);
/* Writes INDEX and END. */
void raw_tape_close(struct raw_tape *tape);

#endif
