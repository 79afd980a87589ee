/* Chunks, arenas and tapes made by hand, for the tests of tools/tape. Failures of set-up end the program. */
#ifndef TAPE_SUPPORT_H
#define TAPE_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "calltape/format.h"
#include "tape/tape.h"
#include "tape/write.h"

extern const uint64_t support_session[2];

/* ---- chunks ---- */

union test_chunk {
    struct ct_chunk head;
    uint64_t words[CT_CHUNK_WORDS];
};

/* A chunk that was just opened; the caller frees it. */
union test_chunk *chunk_new(uint32_t process, uint32_t thread, uint32_t sequence, uint64_t base_ticks);
void chunk_add(union test_chunk *chunk, uint64_t word); /* after the last word, holes included */
void chunk_hole(union test_chunk *chunk);
void chunk_seal(union test_chunk *chunk);

uint64_t entry_at(uint32_t function, uint64_t ticks);
uint64_t exit_at(uint64_t ticks);
uint64_t entry_untimed(uint32_t function);
uint64_t exit_untimed(void);

/* ---- records, into any buffer ---- */

struct test_records {
    uint8_t bytes[1 << 16];
    size_t used;
};

void record_add(struct test_records *records, uint32_t type, const void *fixed, size_t fixed_bytes,
                const char *const *strings, size_t string_count);
void record_session(struct test_records *records, enum ct_clock clock, uint64_t ticks, uint64_t ns);
void record_process(struct test_records *records, uint32_t process, uint32_t parent, uint32_t pid);
void record_process_end(struct test_records *records, uint32_t process, uint32_t cause, uint32_t status,
                        uint64_t ticks);
void record_thread(struct test_records *records, uint32_t thread, uint32_t process);
void record_module(struct test_records *records, uint32_t module, uint32_t process, uint64_t base, const char *path);
void record_function(struct test_records *records, uint32_t function, uint32_t module, uint64_t address);
void record_symbol(struct test_records *records, uint32_t function, const char *name, const char *file);
void record_clock(struct test_records *records, uint64_t ticks, uint64_t ns);
void record_note(struct test_records *records, const char *text);

/* ---- files ---- */

/* A path of this name in a directory that is removed when the program ends. */
const char *test_path(const char *name);
uint8_t *file_load(const char *path, size_t *bytes);
void file_store(const char *path, const void *data, size_t bytes);

/* A writer on test_path(name) with two processes, three threads, two modules and functions 1 to 9 described. */
struct writer *writer_small(const char *name);
void records_small(struct test_records *records);
/* The small tape that the damage tests break: some blocks of threads 0, 1 and 2, all kinds of words. */
const char *tape_small(const char *name);
void write_chunk(struct writer *writer, union test_chunk *chunk); /* and frees it */

/* ---- arenas ---- */

struct test_arena;
/* On test_path(name), with room for 60 chunks; `recorder_pid` 0: none was there. */
struct test_arena *arena_new(const char *name, enum ct_clock clock, uint32_t recorder_pid);
struct ct_arena *arena_head(struct test_arena *arena);
/* Puts the chunk, and frees it, into the next place of the arena. */
void arena_put(struct test_arena *arena, union test_chunk *chunk, enum ct_chunk_state state);
/* The records as the meta chunk `sequence` of a process. */
void arena_put_records(struct test_arena *arena, uint32_t process, uint32_t sequence,
                       const struct test_records *records, enum ct_chunk_state state);
void arena_store(struct test_arena *arena); /* writes and frees it */

/* Everything that a tape tells, as text; the caller frees it. Damage and notes are not in it. */
char *tape_text(struct tape *tape);
/* The damages, a line each. */
char *damage_text(struct tape *tape);
size_t damage_count(struct tape *tape);

#endif
