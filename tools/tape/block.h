/* One packed block in memory, checked whole, and its events. */
#ifndef CALLTAPE_TAPE_BLOCK_H
#define CALLTAPE_TAPE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"
#include "tape/buffer.h"
#include "tape/exits.h"
#include "tape/folded.h"
#include "tape/runs.h"
#include "tape/steps.h"
#include "tape/tape.h"

/* The mean gaps before a function's entries and exits, in 1/16 ticks, never 0. */
struct gaps {
    uint32_t entry, exit;
};

struct block {
    struct ct_block head;
    int unread;       /* errno where the file could not be read */
    uint8_t *payload; /* as in the file */
    size_t payload_room;
    uint8_t *raw; /* the unpacked columns */
    size_t raw_room;
    uint8_t *joined; /* codes that were put together, and what of */
    size_t joined_room;
    uint64_t *by_key; /* of struct steps */
    size_t by_key_room;
    uint16_t *open; /* likewise */
    size_t open_room;
    uint32_t *functions; /* by code / 2, as tape_event.what: of exits, FUNCTIONS_FIRST in all; then the dictionary */
    size_t functions_room;
    struct gaps *gaps; /* likewise */
    size_t gaps_room;
    struct probe cost;
    bool no_values;             /* said before it is loaded: nobody asks for its values */
    uint32_t function_count;    /* of the dictionary */
    uint32_t unknown_functions; /* of these, how many the tape does not know: read as function 0 */
    struct columns_apart apart; /* of codes that are still apart; else its `words` are 0 */
    uint16_t *codes;            /* the others */
    uint8_t *times, *specials,
        *folds; /* all end before eight zeros; specials: NULL where nobody asks for any of them */
    size_t times_bytes, specials_bytes, folds_bytes;
    size_t values_room; /* bytes that all its values take as struct tape_value */
};

#define BLOCK_MISFIT "the block's columns do not fit each other"

enum block_status { BLOCK_OK, BLOCK_DAMAGED, BLOCK_NO_MEMORY };

/* Reads, verifies and unpacks the block that `entry` lists; `known_functions` is the tape's count. BLOCK_DAMAGED
 * sets *why. The block's memory is used again by the next load. */
enum block_status block_load(struct block *block, int fd, uint64_t size, const struct ct_index_entry *entry,
                             uint32_t known_functions, const char **why);
void block_free(struct block *block);

/* Whether a block's head is whole, its counts can be and are those that the index lists. */
bool block_head_sound(const struct ct_block *head, const struct ct_index_entry *entry);

/* Calls `see` for every function that occurs in a loaded block. */
void block_functions(const struct block *block, void (*see)(void *context, uint32_t function), void *context);

/* What is expected of the first word of each kind. Words that are left apart change it as they are read: to be set
 * before they are, by each reader. */
void block_set_steps(const struct block *block);

/* Where unpacking stands: at `code`, or in `steps` where the block's words are still apart. */
struct unpacker {
    const uint16_t *code, *code_end;
    struct steps steps;
    const uint8_t *time, *time_end, *special, *fold, *fold_end;
    size_t passed;        /* payloads from `special` on that nobody asks for */
    struct folded folded; /* of the FOLD word at `code`, once it is begun: calls is not 0 */
    uint64_t folded_done; /* of its events */
    uint32_t folded_function;
    const uint32_t *functions;
    const struct gaps *gaps;
    uint32_t known_functions;
    bool timed; /* all words of events are */
    uint32_t timed_cost;
    uint64_t ticks;        /* of the last timed word */
    uint64_t floor;        /* no event is given an earlier time: that of the thread's event before */
    uint64_t stack;        /* the current one */
    struct buffer *values; /* with room for the block's; NULL: nobody wants them, and there are no such events */
    uint32_t known_keys;
    bool misfit; /* known once the block ends: its columns do not fit each other after all */
};

struct unpacker block_unpacker(const struct block *block, uint32_t known_functions, uint64_t floor);
bool unpacker_is_at_end(const struct unpacker *unpacker);
/* Nothing more is wanted of the block. */
void unpacker_stop(struct unpacker *unpacker);
/* Up to `room` events; 0 at the block's end. Of those without a time, ticks are that of the last timed one, or not set.
 */
size_t unpack(struct unpacker *unpacker, struct tape_event *events, size_t room);
/* Whether a loaded block's columns fit each other up to its end; else sets *why. */
bool block_fits(const struct block *block, const char **why);

/* The events that wait for their run's end, `first` on, directly before those to be unpacked. */
struct open_run {
    struct runs *runs;
    struct exits *exits; /* with room for unpacker_opens() */
    struct tape_event *first;
};

/* The same of a thread that has untimed events: ends the runs that it meets the ends of, and moves `first` behind them.
 * A special comes alone; runs_special and exits_special must be told of it before the next call. 0 also where there
 * were only words that are no event. */
size_t unpack_runs(struct unpacker *unpacker, struct open_run *run, struct tape_event *events, size_t room);
/* So many more calls may be open when `events` more were asked for. */
size_t unpacker_opens(const struct unpacker *unpacker, size_t events);
/* Tells `exits` of all that is open, as it is at the block's end: for who asks in the midst of one. */
void unpacker_settle(struct unpacker *unpacker, struct exits *exits);

#endif
