#include <stdlib.h>

#include "tape/block.h"
#include "tape/state.h"

/* Few enough to stay in the first-level cache between the loop that fills them and the one that reads them. */
enum { BATCH = 256 };

struct tape_cursor {
    struct tape *tape;
    uint32_t thread;
    size_t next, end;  /* of the tape's blocks */
    uint64_t expected; /* sequence of the chunk that should come next */
    uint64_t ticks;    /* of the last event */
    uint64_t stack;    /* current one, as far as told */
    struct block block;
    struct unpacker unpacker;
    struct tape_event *events; /* BATCH of them from the first read to the end */
    size_t at, count;
};

struct tape_cursor *tape_cursor_open(struct tape *tape, uint32_t thread, struct error *error)
{
    if (thread >= tape->threads.count) {
        error_set(error, "'%s' has no thread %u", tape->path, thread);
        return NULL;
    }
    struct tape_cursor *cursor = calloc(1, sizeof *cursor);
    if (!cursor) {
        error_set(error, "cannot read '%s': out of memory", tape->path);
        return NULL;
    }
    cursor->tape = tape;
    cursor->thread = thread;
    cursor->next = tape->thread_blocks[thread];
    cursor->end = tape->thread_blocks[thread + 1];
    return cursor;
}

static void free_buffers(struct tape_cursor *cursor)
{
    block_free(&cursor->block);
    free(cursor->events);
    cursor->events = NULL;
    cursor->unpacker = (struct unpacker){0};
}

void tape_cursor_close(struct tape_cursor *cursor)
{
    if (!cursor)
        return;
    free_buffers(cursor);
    free(cursor);
}

static bool in_block(const struct tape_cursor *cursor)
{
    return cursor->at < cursor->count || cursor->unpacker.code < cursor->unpacker.code_end;
}

uint64_t tape_cursor_next_ticks(const struct tape_cursor *cursor)
{
    if (!in_block(cursor) && cursor->next == cursor->end)
        return UINT64_MAX;
    return cursor->tape->blocks[in_block(cursor) ? cursor->next - 1 : cursor->next].first_ticks;
}

static void push(struct tape_cursor *cursor, enum tape_event_kind kind, uint64_t n)
{
    cursor->events[cursor->count++] = (struct tape_event){.ticks = cursor->ticks, .n = n, .kind = (uint8_t)kind};
}

/* Loads the next block and makes ready what stands before its events: the gap, the stack that they are on. */
static int next_block(struct tape_cursor *cursor)
{
    struct tape *tape = cursor->tape;
    size_t index = cursor->next++;
    const struct ct_index_entry *entry = &tape->blocks[index];
    bool missing = entry->first_sequence > cursor->expected;
    const char *why = "";
    enum block_status status = block_load(&cursor->block, tape->fd, tape->size, entry, tape->functions.count, &why);
    if (status == BLOCK_NO_MEMORY)
        return -1;
    cursor->expected = (uint64_t)entry->first_sequence + entry->chunks;
    if (missing || status == BLOCK_DAMAGED)
        push(cursor, TAPE_GAP, status == BLOCK_DAMAGED && !missing ? entry->events : 0);
    if (status == BLOCK_DAMAGED) {
        block_report(tape, index, "%s: %llu events of thread %u are missing", why, (unsigned long long)entry->events,
                     cursor->thread);
        return 0;
    }
    if (cursor->block.unknown_functions)
        block_report(tape, index, "events of thread %u name %u functions that nothing describes", cursor->thread,
                     cursor->block.unknown_functions);
    if (cursor->block.head.stack != cursor->stack)
        push(cursor, TAPE_STACK, cursor->block.head.stack);
    cursor->unpacker = block_unpacker(&cursor->block, tape->functions.count, cursor->ticks);
    return 0;
}

/* Fills the batch: 1, 0 at the end, -1 without memory. */
static int fill(struct tape_cursor *cursor)
{
    if (!cursor->events && cursor->next < cursor->end)
        cursor->events = malloc(BATCH * sizeof *cursor->events);
    cursor->at = cursor->count = 0;
    while (cursor->count == 0) {
        if (cursor->unpacker.code < cursor->unpacker.code_end) {
            cursor->count = unpack(&cursor->unpacker, cursor->events, BATCH);
            cursor->stack = cursor->unpacker.stack;
            if (cursor->count)
                cursor->ticks = cursor->events[cursor->count - 1].ticks;
        } else if (cursor->next == cursor->end) {
            free_buffers(cursor);
            return 0;
        } else if (!cursor->events || next_block(cursor) != 0) {
            return -1;
        }
    }
    return 1;
}

static int ready(struct tape_cursor *cursor, struct error *error)
{
    int status = cursor->at < cursor->count ? 1 : fill(cursor);
    return status >= 0 ? status : error_set(error, "cannot read '%s': out of memory", cursor->tape->path);
}

int tape_cursor_next(struct tape_cursor *cursor, struct tape_event *event, struct error *error)
{
    int status = ready(cursor, error);
    if (status == 1)
        *event = cursor->events[cursor->at++];
    return status;
}

int tape_cursor_batch(struct tape_cursor *cursor, const struct tape_event **events, size_t *count, struct error *error)
{
    int status = ready(cursor, error);
    if (status == 1) {
        *events = &cursor->events[cursor->at];
        *count = cursor->count - cursor->at;
        cursor->at = cursor->count;
    }
    return status;
}
