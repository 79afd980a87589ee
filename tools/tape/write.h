/* Writing a tape: sections one after the other, then index and end. Used by the recorder and by repair.
 * Not thread-safe but for lanes; after an error the writer only takes writer_abort: the file then holds
 * whole sections up to the one that failed. */
#ifndef CALLTAPE_TAPE_WRITE_H
#define CALLTAPE_TAPE_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "calltape/format.h"
#include "tape/fold.h"

struct writer;

/* Creates (or empties) `path`, mode 0600 less the umask, and writes the header. NULL with the error set on failure. */
struct writer *writer_create(const char *path, const uint64_t session[2], struct error *error);

/* The same on an open file, which it takes over (also on failure); `path` is for errors. */
struct writer *writer_attach(int fd, const char *path, const uint64_t session[2], struct error *error);

/* What is packed from now on may be folded (tape/fold.h): of functions that were called more than `most` times. Before
 * anything is written, and before there are lanes. */
int writer_fold(struct writer *writer, uint64_t most, struct error *error);
/* Blocks that are copied may hold folded calls. Likewise. */
int writer_allow_folds(struct writer *writer, struct error *error);
/* What was folded, but for lanes that are open; says it on the tape, where there was anything. */
struct fold_totals writer_folded(const struct writer *writer);
int writer_fold_note(struct writer *writer, struct error *error);

/* Appends records to the pending META section (kept in memory until writer_flush_meta or 1 MiB). `bytes` is a
 * multiple of 8 holding whole records; they are not checked here. */
int writer_records(struct writer *writer, const void *records, size_t bytes, struct error *error);
int writer_flush_meta(struct writer *writer, struct error *error);

/* Convenience: one record: fixed struct (head filled in here) and `string_count` strings. */
int writer_record(struct writer *writer, uint32_t type, void *fixed, size_t fixed_bytes, const char *const *strings,
                  size_t string_count, struct error *error);

/* All records of another tape. */
struct tape;
int tape_copy_records(struct tape *tape, struct writer *writer, struct error *error);

/* The counts that a chunk of them holds, as records. */
int writer_left(struct writer *writer, const struct ct_chunk *chunk, struct error *error);

/* Packs consecutive chunks of one thread (headers included, as arena_chunk gives them) into BLOCK sections: one,
 * or more where a dictionary overflows. When this returned 0 the bytes are in the file (write(2) returned). */
int writer_chunks(struct writer *writer, const struct ct_chunk *const *chunks, size_t count, struct error *error);

/* For another thread, which packs chunks as writer_chunks does, with what it has learned of gaps for itself. NULL: out
 * of memory. Closed by the writer's thread, before writer_finish. */
struct writer_lane;
struct writer_lane *writer_lane_open(struct writer *writer);
int writer_lane_chunks(struct writer_lane *lane, const struct ct_chunk *const *chunks, size_t count,
                       struct error *error);
void writer_lane_close(struct writer_lane *lane);

/* A block of words that never stood in an arena, for a thread's first `chunks` chunks; `head` is as theirs would be. */
int writer_words(struct writer *writer, const struct ct_chunk *head, const uint64_t *words, size_t count,
                 uint32_t chunks, struct error *error);

/* What all of a thread's events come to, as tape_summary gives it again; `summary` with codec and raw_bytes left out.
 */
int writer_summary(struct writer *writer, const struct ct_summary *summary, const uint64_t *numbers, size_t count,
                   struct error *error);

/* Appends the payload of another tape's BLOCK section as it is. The caller has checked it, and marks its functions. */
int writer_block(struct writer *writer, const void *payload, size_t bytes, struct error *error);
void writer_function_seen(struct writer *writer, uint32_t function);

struct writer_totals {
    uint64_t bytes, events, entries, lost_events;
};
struct writer_totals writer_totals(const struct writer *writer);

/* Which functions occur in the blocks written so far: bit set by id, `count` bits. Valid until the next write. */
const uint64_t *writer_functions_seen(const struct writer *writer, uint32_t *count);

/* Pending records, index, end, close. `lost_events` adds to those noted in chunks. */
int writer_finish(struct writer *writer, uint64_t lost_events, struct error *error);
/* Closes without index and end; what is written stays. NULL is allowed. */
void writer_abort(struct writer *writer);

#endif
