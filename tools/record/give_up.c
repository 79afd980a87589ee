/* Overwriting, the flight recorder: chunks that ended first are given up. */
#include <string.h>

#include "record/draining.h"

bool drain_overwrites(const struct drain *drain)
{
    return drain->session->arena.header->full == CT_FULL_OVERWRITE;
}

/* The queue whose first chunk ended before all others'; NULL: none has one. A program that was killed has ended none of
 * its threads' last ones. */
static struct sealed *oldest(const struct drain *drain)
{
    struct sealed *found = NULL;
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < drain->queues.count; i++) {
        struct sealed *queue = &drain->queues.by_thread[i];
        if (!sealed_ready(queue, false))
            continue;
        uint64_t ticks = arena_chunk(&drain->session->arena, queue->chunks[0].chunk)->sealed_ticks;
        ticks = ticks ? ticks : UINT64_MAX - 1;
        if (ticks < least)
            found = queue;
        least = ticks < least ? ticks : least;
    }
    return found;
}

/* Of an eighth of the buffer the chunks are kept free, so that no thread has to wait for one; while there are any. */
static bool wants_free_chunks(const struct drain *drain)
{
    const struct ct_arena *header = drain->session->arena.header;
    if (drain->follow.count == 0)
        return false;
    uint32_t used = __atomic_load_n(&header->chunks_in_use, __ATOMIC_RELAXED);
    return used + header->buffer_chunks / 8 > header->buffer_chunks;
}

static int give_up_chunk(struct drain *drain, struct sealed *queue)
{
    struct arena *arena = &drain->session->arena;
    uint32_t index = queue->chunks[0].chunk, before = queue->mark, before_words = queue->mark_words;
    struct ct_chunk *chunk = arena_chunk(arena, index);
    /* By what was believed of it: programs may write to it still. */
    uint32_t thread = (uint32_t)(queue - drain->queues.by_thread), words = arena_chunk_words(chunk);
    if (overwrite_chunk(&drain->overwrite, thread, queue->chunks[0].sequence, chunk, words) != 0)
        return drain_no_memory(drain);
    __atomic_store_n(&arena->header->overwritten_events, drain->overwrite.events, __ATOMIC_RELAXED);
    sealed_drop(queue, 1);
    /* Nobody looks at it while it changes. */
    __atomic_store_n(&arena->states[index], CT_CHUNK_RETIRED | CT_CHUNK_TOUCHED, __ATOMIC_RELEASE);
    memset(chunk, 0, ((size_t)words + CT_CHUNK_HEADER_WORDS) * 8);
    queue->mark = index;
    queue->mark_words = overwrite_mark(&drain->overwrite, thread, chunk);
    __atomic_store_n(&arena->states[index], CT_CHUNK_SEALED_EVENTS | CT_CHUNK_TOUCHED | CT_CHUNK_KEPT,
                     __ATOMIC_RELEASE);
    if (before)
        drain_give_back(drain, before, before_words);
    return 0;
}

/* Of a thread that is no more, and of which nothing is left, the arena need not tell. */
static void forget_marks(struct drain *drain)
{
    for (uint32_t i = 0; i < drain->queues.count; i++) {
        struct sealed *queue = &drain->queues.by_thread[i];
        if (!queue->mark || !queue->ended || queue->count)
            continue;
        drain_give_back(drain, queue->mark, queue->mark_words);
        queue->mark = 0;
    }
}

void drain_overwrite(struct drain *drain)
{
    struct sealed *queue;
    bool any = false;
    forget_marks(drain);
    for (; wants_free_chunks(drain) && !drain_failed(drain) && (queue = oldest(drain)) != NULL; any = true)
        if (give_up_chunk(drain, queue) != 0)
            return;
    if (any)
        drain_wake_writers(drain);
}

void drain_tell_overwritten(struct drain *drain)
{
    struct error error;
    if (!drain_failed(drain) && overwrite_finish(&drain->overwrite, drain->session->writer, &error) != 0)
        drain_fail(drain, &error);
}
