/* The inside of an open tape, for the files of this folder. */
#ifndef CALLTAPE_TAPE_STATE_H
#define CALLTAPE_TAPE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "tape/clock.h"
#include "tape/damages.h"
#include "tape/sections.h"
#include "tape/tape.h"

/* A growing array. New items are copies of `empty`. */
struct table {
    void *at;
    size_t item_bytes;
    const void *empty;
    uint32_t count, room;
};

struct tape {
    int fd;
    char *path;
    struct stat opened; /* the file when it was opened */
    uint64_t size;
    uint64_t id_limit; /* no index of anything is as large in a file of this size, unless it is damaged */
    struct damages damages;
    struct sections sections;

    struct ct_index_entry *blocks; /* by thread, then sequence; duplicates taken out */
    size_t block_count;
    uint64_t repeated_events; /* in the duplicates */
    uint8_t *blocks_reported; /* one for each: its damage is in the list already */
    size_t *thread_blocks;    /* thread's first block; one more than there are threads */

    const struct ct_index_entry **summaries; /* by thread, of those in `sections` */
    size_t summary_count;

    uint8_t **payloads; /* of META sections: the strings of all tables lie here */
    size_t payload_count;
    struct table processes, threads, modules, functions, keys, arguments, notes, owned;
    struct table left_indices, left_calls, left; /* as records tell them; what they come to */
    struct tape_session session;
    uint32_t arguments_told;
    bool has_session;
    bool tells_loss; /* a repair left out what was damaged, and noted it: what is missing is no damage of this tape */
    struct damages losses;
    uint64_t lacks; /* among the damages, or the losses */
    struct tape_totals totals;
    struct clock clock;
};

/* The item with this index, made (with those before it) where it is not there; NULL: out of memory. */
void *table_at(struct table *table, uint32_t index);
/* One item more at the end. */
void *table_add(struct table *table);

/* A string that the tape frees when it is closed; NULL: out of memory. */
const char *tape_own(struct tape *tape, const char *text);
int tape_add_note(struct tape *tape, const char *text);

/* Where to add what is missing though other parts of the tape speak of it. */
struct damages *tape_lacking(struct tape *tape);

/* Opens what `fd` (taken over, also on failure) holds as a tape; `path` is what it is called. */
struct tape *tape_open_fd(int fd, const char *path, struct error *error);

/* Steps of opening, each 0 or -1 (out of memory; the caller says so). */
int meta_read(struct tape *tape, struct error *error); /* META sections into tables; sets `error` if it can't read */
int blocks_sort(struct tape *tape);                    /* sections into blocks, by thread */
int summaries_sort(struct tape *tape);                 /* sections into summaries, by thread */
int meta_finish(struct tape *tape);                    /* references checked, empty rows, ends, notes, clock */
int left_finish(struct tape *tape);                    /* counts of calls that were not recorded */
int same_functions(struct tape *tape);                 /* each function's `same` */
int same_keys(struct tape *tape);                      /* each key's, after that */

/* Damage found in a block when it is read: listed once, however many cursors meet it. */
void block_report(struct tape *tape, size_t block, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Likewise, where its events name functions that nothing describes. */
struct block;
void block_report_unknown(struct tape *tape, size_t index, const struct block *block);

#endif
