/* Taking chunks out of an arena that programs may be writing and a recorder emptying. Everything is read into memory
 * of our own by pread: a value is looked at once, and a file that shrinks is a short read, not a signal. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tape/arena.h"
#include "tape/file.h"
#include "tape/records.h"
#include "tape/recovery.h"

enum { STATES_AT_ONCE = 16384, CHUNKS_A_BLOCK = 32 };

struct chunk_place {
    uint32_t owner; /* thread, or process of a meta chunk */
    uint32_t sequence;
    uint32_t chunk;
};

struct chunk_places {
    struct chunk_place *at;
    size_t count, room;
};

static int no_memory(const struct recovery *recovery, struct error *error)
{
    return error_set(error, "cannot recover '%s': out of memory", recovery->path);
}

static uint64_t chunk_offset(uint32_t chunk)
{
    return (uint64_t)chunk * CT_CHUNK_BYTES;
}

/* What a chunk holds. */
enum content { EVENTS, META, LEFT };

static bool holds(uint32_t state, enum content content)
{
    static const uint32_t states[][2] = {
        [EVENTS] = {CT_CHUNK_EVENTS, CT_CHUNK_SEALED_EVENTS},
        [META] = {CT_CHUNK_META, CT_CHUNK_SEALED_META},
        [LEFT] = {CT_CHUNK_LEFT, CT_CHUNK_SEALED_LEFT},
    };
    return state == states[content][0] || state == states[content][1];
}

static int add_place(struct chunk_places *places, const struct ct_chunk *head, uint32_t chunk, enum content content)
{
    if (places->count == places->room) {
        size_t room = places->room ? places->room * 2 : 256;
        void *at = realloc(places->at, room * sizeof *places->at);
        if (!at)
            return -1;
        places->at = at;
        places->room = room;
    }
    places->at[places->count++] =
        (struct chunk_place){content == META ? head->process : head->thread, head->sequence_plus_1 - 1, chunk};
    return 0;
}

static int compare_places(const void *a, const void *b)
{
    const struct chunk_place *x = a, *y = b;
    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    if (x->sequence != y->sequence)
        return x->sequence < y->sequence ? -1 : 1;
    return x->chunk < y->chunk ? -1 : x->chunk > y->chunk;
}

/* Adds the chunks of one window of state words. */
static int list_window(struct recovery *recovery, const uint32_t *states, uint32_t first, size_t count,
                       enum content content, struct chunk_places *places, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t state = states[i] & CT_CHUNK_STATE_MASK, chunk = first + (uint32_t)i;
        struct ct_chunk head;
        if (chunk < recovery->header.first_chunk || !holds(state, content))
            continue;
        if (file_read(recovery->arena, chunk_offset(chunk), &head, sizeof head) != sizeof head) {
            if (file_unread(recovery->path, chunk_offset(chunk), error) != 0)
                return -1;
        } else if (head.sequence_plus_1 != 0 && add_place(places, &head, chunk, content) != 0) {
            return no_memory(recovery, error);
        }
    }
    return 0;
}

/* The arena is sparse: long runs of chunks that were never taken are holes, and passed over. */
static uint32_t skip_hole(const struct recovery *recovery, uint32_t chunk)
{
    uint64_t offset = CT_ARENA_STATES_OFFSET + (uint64_t)chunk * sizeof(uint32_t);
    off_t data = lseek(recovery->arena, (off_t)offset, SEEK_DATA);
    if (data < (off_t)offset)
        return chunk;
    uint64_t skipped = ((uint64_t)data - offset) / sizeof(uint32_t);
    uint64_t left = recovery->header.chunk_count - chunk;
    return chunk + (uint32_t)(skipped < left ? skipped : left);
}

static int list_chunks(struct recovery *recovery, enum content content, struct chunk_places *places,
                       struct error *error)
{
    uint32_t *states = malloc(STATES_AT_ONCE * sizeof *states);
    uint32_t chunk = 0, end = recovery->header.chunk_count;
    int status = states ? 0 : no_memory(recovery, error);
    while (status == 0 && (chunk = skip_hole(recovery, chunk)) < end) {
        size_t count = end - chunk < STATES_AT_ONCE ? end - chunk : STATES_AT_ONCE;
        uint64_t offset = CT_ARENA_STATES_OFFSET + (uint64_t)chunk * sizeof *states;
        count = file_read(recovery->arena, offset, states, count * sizeof *states) / sizeof *states;
        if (count == 0) {
            status = file_unread(recovery->path, offset, error);
            break;
        }
        status = list_window(recovery, states, chunk, count, content, places, error);
        chunk += (uint32_t)count;
    }
    free(states);
    if (places->count)
        qsort(places->at, places->count, sizeof *places->at, compare_places);
    return status;
}

/* A whole chunk into `to`: 1; 0 when it was freed, or taken by another, before all of it was read; -1: it can't be. */
static int read_chunk(const struct recovery *recovery, const struct chunk_place *place, enum content content,
                      struct ct_chunk *to, struct error *error)
{
    struct ct_chunk after;
    uint64_t offset = chunk_offset(place->chunk);
    if (file_read(recovery->arena, offset, to, CT_CHUNK_BYTES) != CT_CHUNK_BYTES ||
        file_read(recovery->arena, offset, &after, sizeof after) != sizeof after)
        return file_unread(recovery->path, offset, error);
    return (content == META ? to->process : to->thread) == place->owner && to->sequence_plus_1 == place->sequence + 1 &&
           after.process == to->process && after.thread == to->thread && after.sequence_plus_1 == to->sequence_plus_1;
}

/* ---- events ----------------------------------------------------------------------------------------------------- */

static int compare_ranges(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    if (x->thread != y->thread)
        return x->thread < y->thread ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static bool copied_already(const struct recovery *recovery, const struct chunk_place *place)
{
    size_t low = 0, high = recovery->range_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct range *range = &recovery->ranges[middle];
        if (range->thread < place->owner || (range->thread == place->owner && range->end <= place->sequence))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == recovery->range_count)
        return false;
    const struct range *range = &recovery->ranges[low];
    return range->thread == place->owner && range->first <= place->sequence;
}

/* Chunks gathered for one block. */
struct batch {
    uint8_t *memory; /* CHUNKS_A_BLOCK chunks */
    const struct ct_chunk *chunks[CHUNKS_A_BLOCK];
    size_t count, limit;
};

static int write_batch(struct recovery *recovery, struct batch *batch, struct error *error)
{
    size_t count = batch->count;
    batch->count = 0;
    recovery->chunks += count;
    return count ? writer_chunks(recovery->writer, batch->chunks, count, error) : 0;
}

/* Of a thread's chunks from `first` up to this one it is not known how many events they held. */
static int write_overwritten(struct recovery *recovery, const struct ct_chunk *chunk, uint32_t first,
                             struct error *error)
{
    static const uint64_t word = CT_SPECIAL(CT_SPECIAL_OVERWRITTEN, 0);
    struct ct_chunk head = *chunk;
    head.sequence_plus_1 = first + 1;
    return writer_words(recovery->writer, &head, &word, 1, chunk->sequence_plus_1 - 1 - first, error);
}

/* A chunk by which the recorder tells what it gave up, itself and all before it. */
static bool is_mark(const struct ct_chunk *chunk)
{
    const uint64_t *first = (const uint64_t *)chunk + CT_CHUNK_HEADER_WORDS;
    return *first >> CT_SPECIAL_SHIFT == CT_SPECIAL_OVERWRITTEN;
}

static int write_mark(struct recovery *recovery, const struct ct_chunk *chunk, struct error *error)
{
    struct ct_chunk head = *chunk;
    head.sequence_plus_1 = 1;
    return writer_words(recovery->writer, &head, (const uint64_t *)chunk + CT_CHUNK_HEADER_WORDS,
                        arena_chunk_words(chunk), chunk->sequence_plus_1, error);
}

/* In a recording that overwrites, what is missing before a chunk was given up. */
static int copy_chunk(struct recovery *recovery, const struct ct_chunk *chunk, uint32_t expected, struct batch *batch,
                      struct error *error)
{
    bool overwrites = recovery->header.full == CT_FULL_OVERWRITE;
    if (overwrites && is_mark(chunk) && expected == 0)
        return write_mark(recovery, chunk, error);
    if (overwrites && chunk->sequence_plus_1 - 1 > expected && write_overwritten(recovery, chunk, expected, error) != 0)
        return -1;
    batch->chunks[batch->count++] = chunk;
    return batch->count == batch->limit ? write_batch(recovery, batch, error) : 0;
}

static int copy_chunks(struct recovery *recovery, const struct chunk_places *places, struct batch *batch,
                       struct error *error)
{
    uint32_t thread = CT_NONE, expected = 0;
    for (size_t i = 0; i < places->count; i++) {
        const struct chunk_place *place = &places->at[i];
        struct ct_chunk *chunk = (struct ct_chunk *)(batch->memory + batch->count * CT_CHUNK_BYTES);
        int got = copied_already(recovery, place) ? 0 : read_chunk(recovery, place, EVENTS, chunk, error);
        if (got == 0)
            continue;
        if (got < 0 || copy_chunk(recovery, chunk, place->owner == thread ? expected : 0, batch, error) != 0)
            return -1;
        thread = place->owner;
        expected = place->sequence + 1;
    }
    return write_batch(recovery, batch, error);
}

/* While a recorder lives, each chunk becomes a block of its own: it may pack the same chunks meanwhile, and a block of
 * one chunk can't overlap another by halves, so the reader can drop the copies. */
int recover_events(struct recovery *recovery, struct error *error)
{
    struct chunk_places places = {0};
    struct batch batch = {.limit = recovery->recorder_lives ? 1 : CHUNKS_A_BLOCK};
    batch.memory = aligned_alloc(64, batch.limit * CT_CHUNK_BYTES);
    if (recovery->range_count)
        qsort(recovery->ranges, recovery->range_count, sizeof *recovery->ranges, compare_ranges);
    int status = batch.memory ? list_chunks(recovery, EVENTS, &places, error) : no_memory(recovery, error);
    if (status == 0)
        status = copy_chunks(recovery, &places, &batch, error);
    free(places.at);
    free(batch.memory);
    return status;
}

/* ---- records ---------------------------------------------------------------------------------------------------- */

/* A writer stores a record's head last, so one whose head is there is whole. One that died before leaves a zero head
 * and a body of any bytes: behind a hole only what is exactly a record is believed, looked for word by word. */
static int copy_words(struct recovery *recovery, struct bytes *at, struct error *error)
{
    bool hole = false;
    while (bytes_left(at) >= sizeof(uint64_t)) {
        const uint8_t *start = at->at;
        if (bytes_u64(at) == 0) {
            hole = true;
            continue;
        }
        at->at = start;
        bool exact = record_is_exact(at);
        struct record record;
        enum record_status status = record_next(at, &record);
        if (exact || (!hole && status == RECORD_KNOWN)) {
            recovery_saw(recovery, &record);
            if (writer_records(recovery->writer, start, (size_t)(at->at - start), error) != 0)
                return -1;
        } else if (hole || status == RECORD_TORN) {
            hole = true;
            recovery->torn++;
            at->at = start + sizeof(uint64_t);
        }
    }
    return 0;
}

static int copy_meta_chunks(struct recovery *recovery, const struct chunk_places *places, struct ct_chunk *chunk,
                            struct error *error)
{
    for (size_t i = 0; i < places->count; i++) {
        int got = read_chunk(recovery, &places->at[i], META, chunk, error);
        if (got < 0)
            return -1;
        if (got == 0)
            continue;
        uint32_t words = arena_chunk_words(chunk);
        struct bytes at = bytes_of((const uint64_t *)chunk + CT_CHUNK_HEADER_WORDS, words * sizeof(uint64_t));
        recovery->chunks++;
        if (copy_words(recovery, &at, error) != 0)
            return -1;
    }
    return 0;
}

/* Counts of calls that were not recorded. */
static int copy_left_chunks(struct recovery *recovery, const struct chunk_places *places, struct ct_chunk *chunk,
                            struct error *error)
{
    for (size_t i = 0; i < places->count; i++) {
        int got = read_chunk(recovery, &places->at[i], LEFT, chunk, error);
        if (got == 0)
            continue;
        recovery->chunks++;
        if (got < 0 || writer_left(recovery->writer, chunk, error) != 0)
            return -1;
    }
    return 0;
}

typedef int copy_all(struct recovery *recovery, const struct chunk_places *places, struct ct_chunk *chunk,
                     struct error *error);

static int copy_content(struct recovery *recovery, enum content content, copy_all *copy, struct error *error)
{
    struct chunk_places places = {0};
    struct ct_chunk *chunk = aligned_alloc(64, CT_CHUNK_BYTES);
    int status = chunk ? list_chunks(recovery, content, &places, error) : no_memory(recovery, error);
    if (status == 0)
        status = copy(recovery, &places, chunk, error);
    free(places.at);
    free(chunk);
    return status;
}

int recover_meta(struct recovery *recovery, struct error *error)
{
    return copy_content(recovery, META, copy_meta_chunks, error) != 0
               ? -1
               : copy_content(recovery, LEFT, copy_left_chunks, error);
}
