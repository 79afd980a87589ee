/* Packing the sealed chunks, and giving them back. */
#include <fcntl.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "record/draining.h"

#define ROOM_FOR_END (UINT64_C(1) << 20)

/* Whoever sees that it is in no queue any more sees its head zeroed as well. */
void drain_give_back(struct drain *drain, uint32_t chunk, uint32_t words)
{
    struct arena *arena = &drain->session->arena;
    memset(arena_chunk(arena, chunk), 0, ((size_t)words + CT_CHUNK_HEADER_WORDS) * 8);
    __atomic_store_n(&drain->consumed[chunk], 0, __ATOMIC_RELEASE);
    __atomic_store_n(&arena->states[chunk], CT_CHUNK_FREE | CT_CHUNK_TOUCHED, __ATOMIC_RELEASE);
    __atomic_fetch_sub(&arena->header->chunks_in_use, 1, __ATOMIC_RELAXED);
}

void drain_wake_writers(struct drain *drain)
{
    uint32_t *word = &drain->session->arena.header->wake_writers;
    __atomic_fetch_add(word, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

/* Pages of free chunks are disk space that the tape needs more. A chunk is retired first, so that nobody takes it. */
static void retire_free_chunks(struct drain *drain)
{
    struct arena *arena = &drain->session->arena;
    for (uint32_t chunk = arena->first_chunk; chunk < arena->chunk_count; chunk++) {
        uint32_t old = __atomic_load_n(&arena->states[chunk], __ATOMIC_RELAXED);
        if ((old & CT_CHUNK_STATE_MASK) == CT_CHUNK_FREE &&
            __atomic_compare_exchange_n(&arena->states[chunk], &old, CT_CHUNK_RETIRED, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED))
            fallocate(drain->session->lock, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)chunk * CT_CHUNK_BYTES,
                      CT_CHUNK_BYTES);
    }
}

void drain_watch_disk(struct drain *drain)
{
    struct statvfs disk;
    struct ct_arena *header = drain->session->arena.header;
    uint64_t reserve = ROOM_FOR_END + (uint64_t)header->buffer_chunks * CT_CHUNK_BYTES / 16;
    if (!drain->state.disk_full &&
        (fstatvfs(drain->session->lock, &disk) != 0 || (uint64_t)disk.f_bavail * disk.f_frsize >= reserve))
        return;
    __atomic_store_n(&header->finished, 1, __ATOMIC_RELEASE);
    pthread_mutex_lock(&drain->mutex);
    drain->state.disk_full = true;
    pthread_mutex_unlock(&drain->mutex);
    retire_free_chunks(drain);
}

static void free_job(struct drain *drain, const struct job *job)
{
    for (size_t i = 0; i < job->count; i++)
        drain_give_back(drain, job->chunks[i], arena_chunk_words(arena_chunk(&drain->session->arena, job->chunks[i])));
    drain_wake_writers(drain);
}

/* By the helper's lane or (NULL) by the drain's own. */
static int pack(struct drain *drain, struct writer_lane *lane, const struct job *job)
{
    const struct ct_chunk *chunks[GROUP];
    struct error error;
    for (size_t i = 0; i < job->count; i++)
        chunks[i] = arena_chunk(&drain->session->arena, job->chunks[i]);
    int status = lane ? writer_lane_chunks(lane, chunks, job->count, &error)
                      : writer_chunks(drain->session->writer, chunks, job->count, &error);
    if (status != 0)
        drain_fail(drain, &error);
    else
        free_job(drain, job);
    return status;
}

static void help(void *context, struct writer_lane *lane, const struct job *job)
{
    struct drain *drain = context;
    drain_wake(drain); /* there is room for the next job */
    if (!drain_failed(drain))
        pack(drain, lane, job);
}

static bool short_of_chunks(const struct drain *drain)
{
    const struct ct_arena *header = drain->session->arena.header;
    return __atomic_load_n(&header->chunks_in_use, __ATOMIC_RELAXED) > header->buffer_chunks / 2;
}

/* Then to yield to the programs would make them wait. */
static bool nearly_full(const struct drain *drain)
{
    const struct ct_arena *header = drain->session->arena.header;
    uint32_t used = __atomic_load_n(&header->chunks_in_use, __ATOMIC_RELAXED);
    return used + header->buffer_chunks / 4 > header->buffer_chunks;
}

static bool give_away(struct drain *drain, const struct job *job)
{
    if (!drain->helper && !drain->alone)
        drain->helper = helper_start(drain->session->writer, help, drain);
    drain->alone = !drain->helper;
    return drain->helper && helper_offer(drain->helper, job);
}

/* Threads that have something to be packed, now that much has. */
static uint32_t busy_threads(const struct drain *drain)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < drain->queues.count; i++)
        count += drain->queues.by_thread[i].count != 0;
    return count;
}

/* By what its threads turn out to need; never back. */
static void widen_buffer(struct drain *drain)
{
    uint32_t *chunks = &drain->session->arena.header->buffer_chunks, most = drain->session->buffer_most;
    uint32_t wanted = *chunks < most ? session_buffer(busy_threads(drain), most) : most;
    if (wanted > *chunks)
        __atomic_store_n(chunks, wanted, __ATOMIC_RELAXED);
}

static struct job first_job(const struct sealed *queue, size_t most)
{
    struct job job = {.count = most < GROUP ? most : GROUP};
    for (size_t i = 0; i < job.count; i++)
        job.chunks[i] = queue->chunks[i].chunk;
    return job;
}

void drain_pack(struct drain *drain, bool all)
{
    if (short_of_chunks(drain))
        widen_buffer(drain);
    for (uint32_t i = 0; i < drain->queues.count && !drain_failed(drain); i++) {
        struct sealed *queue = &drain->queues.by_thread[i];
        bool out_of_turn = all || short_of_chunks(drain);
        size_t least = out_of_turn || queue->ended ? 1 : GROUP, ready;
        while ((ready = sealed_ready(queue, out_of_turn)) >= least && !drain_failed(drain)) {
            drain_watch_disk(drain);
            bool full = nearly_full(drain);
            const struct job job = first_job(queue, full ? (ready + 1) / 2 : ready);
            bool given = give_away(drain, &job);
            if (!given && !full && !all && !drain->alone)
                return; /* until the helper has room */
            sealed_drop(queue, job.count);
            drain->packed = true;
            if (!given && pack(drain, NULL, &job) != 0)
                return;
            if (drain->judge)
                drain_read_records(drain);
            queue = &drain->queues.by_thread[i]; /* there may be more threads now */
        }
    }
}
