#include "record/drain.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "record/clock.h"
#include "record/follow.h"
#include "record/overwrite.h"
#include "record/sealed.h"
#include "tape/records.h"

/* So many chunks of a thread make a block: large ones pack better, small ones free the buffer sooner. */
#define GROUP 32u
#define ROOM_FOR_END (UINT64_C(1) << 20)
#define SLEEP_NS 10000000
#define CLOCK_EVERY_NS UINT64_C(250000000)
#define CLOCK_SELDOM_NS UINT64_C(10000000000) /* where the tape must not grow while recording goes on */
#define UNMAPPED_EVERY_NS UINT64_C(200000000)

struct drain {
    struct session *session;
    pthread_t thread;
    pthread_mutex_t mutex; /* state, stop, child_* */
    struct drain_state state;
    bool stop;
    enum ct_end_cause child_cause;
    uint32_t child_status;
    bool child_ended;
    /* of the thread alone */
    struct follow follow;
    struct sealed_all queues;
    struct overwrite overwrite;
    uint16_t *consumed;        /* of each chunk: words of a meta chunk that were read; 1: an event chunk in a queue */
    uint32_t last_child_image; /* process index of the newest image of the child's pid */
    uint32_t child_pid;
    uint32_t threads;
    uint64_t clock_at, unmapped_at;
};

/* ---- failing: the tape can't be written, or no memory ---- */

static void fail(struct drain *drain, const struct error *error)
{
    pthread_mutex_lock(&drain->mutex);
    if (!drain->state.failed)
        drain->state.error = *error;
    drain->state.failed = true;
    pthread_mutex_unlock(&drain->mutex);
    __atomic_store_n(&drain->session->arena.header->finished, 1, __ATOMIC_RELEASE);
}

static bool failed(const struct drain *drain)
{
    return drain->state.failed;
}

static int out_of_memory(struct drain *drain)
{
    struct error error;
    error_set(&error, "out of memory while recording");
    fail(drain, &error);
    return -1;
}

/* ---- chunks ---- */

static void give_back(struct drain *drain, uint32_t chunk, uint32_t words)
{
    struct arena *arena = &drain->session->arena;
    memset(arena_chunk(arena, chunk), 0, ((size_t)words + CT_CHUNK_HEADER_WORDS) * 8);
    drain->consumed[chunk] = 0;
    __atomic_store_n(&arena->states[chunk], CT_CHUNK_FREE | CT_CHUNK_TOUCHED, __ATOMIC_RELEASE);
    __atomic_fetch_sub(&arena->header->chunks_in_use, 1, __ATOMIC_RELAXED);
}

static void wake_writers(struct drain *drain)
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

/* Stops the recording while what is in the buffer can still be packed and the tape be closed. */
static void watch_disk(struct drain *drain)
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

static int pack(struct drain *drain, struct sealed *queue, size_t count)
{
    const struct ct_chunk *chunks[GROUP];
    struct error error;
    watch_disk(drain);
    for (size_t i = 0; i < count; i++)
        chunks[i] = arena_chunk(&drain->session->arena, queue->chunks[i].chunk);
    if (writer_chunks(drain->session->writer, chunks, count, &error) != 0) {
        fail(drain, &error);
        return -1;
    }
    for (size_t i = 0; i < count; i++)
        give_back(drain, queue->chunks[i].chunk, arena_chunk_words(chunks[i]));
    sealed_drop(queue, count);
    wake_writers(drain);
    return 0;
}

static bool short_of_chunks(const struct drain *drain)
{
    const struct ct_arena *header = drain->session->arena.header;
    return __atomic_load_n(&header->chunks_in_use, __ATOMIC_RELAXED) > header->buffer_chunks / 2;
}

static void pack_ready(struct drain *drain, bool all)
{
    for (uint32_t i = 0; i < drain->queues.count && !failed(drain); i++) {
        struct sealed *queue = &drain->queues.by_thread[i];
        bool out_of_turn = all || short_of_chunks(drain);
        size_t least = out_of_turn || queue->ended ? 1 : GROUP, ready;
        while ((ready = sealed_ready(queue, out_of_turn)) >= least) {
            if (pack(drain, queue, ready < GROUP ? ready : GROUP) != 0)
                return;
        }
    }
}

/* ---- overwriting: the flight recorder ---- */

static bool overwrites(const struct drain *drain)
{
    return drain->session->arena.header->full == CT_FULL_OVERWRITE;
}

/* The queue whose first chunk ended before all others'; NULL: none has one. */
static struct sealed *oldest(const struct drain *drain)
{
    struct sealed *found = NULL;
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < drain->queues.count; i++) {
        struct sealed *queue = &drain->queues.by_thread[i];
        if (!sealed_ready(queue, false))
            continue;
        uint64_t ticks = arena_chunk(&drain->session->arena, queue->chunks[0].chunk)->sealed_ticks;
        if (ticks < least)
            found = queue;
        least = ticks < least ? ticks : least;
    }
    return found;
}

/* Of an eighth of the buffer the chunks are kept free, so that no thread has to wait for one. */
static bool nearly_full(const struct drain *drain)
{
    const struct ct_arena *header = drain->session->arena.header;
    uint32_t used = __atomic_load_n(&header->chunks_in_use, __ATOMIC_RELAXED);
    return used + header->buffer_chunks / 8 > header->buffer_chunks;
}

static int give_up_chunk(struct drain *drain, struct sealed *queue)
{
    struct arena *arena = &drain->session->arena;
    uint32_t index = queue->chunks[0].chunk, before = queue->mark, before_words = queue->mark_words;
    struct ct_chunk *chunk = arena_chunk(arena, index);
    uint32_t thread = chunk->thread, words = arena_chunk_words(chunk);
    if (overwrite_chunk(&drain->overwrite, chunk, words) != 0)
        return out_of_memory(drain);
    __atomic_store_n(&arena->header->overwritten_events, drain->overwrite.events, __ATOMIC_RELAXED);
    sealed_drop(queue, 1);
    /* Nobody looks at it while it changes. */
    __atomic_store_n(&arena->states[index], CT_CHUNK_RETIRED | CT_CHUNK_TOUCHED, __ATOMIC_RELEASE);
    memset(chunk, 0, ((size_t)words + CT_CHUNK_HEADER_WORDS) * 8);
    queue->mark = index;
    queue->mark_words = overwrite_mark(&drain->overwrite, thread, chunk);
    __atomic_store_n(&arena->states[index], CT_CHUNK_SEALED_EVENTS | CT_CHUNK_TOUCHED, __ATOMIC_RELEASE);
    if (before)
        give_back(drain, before, before_words);
    return 0;
}

/* Of a thread that is no more, and of which nothing is left, the arena need not tell. */
static void forget_marks(struct drain *drain)
{
    for (uint32_t i = 0; i < drain->queues.count; i++) {
        struct sealed *queue = &drain->queues.by_thread[i];
        if (!queue->mark || !queue->ended || queue->count)
            continue;
        give_back(drain, queue->mark, queue->mark_words);
        queue->mark = 0;
    }
}

static void overwrite_oldest(struct drain *drain)
{
    struct sealed *queue;
    bool any = false;
    forget_marks(drain);
    for (; nearly_full(drain) && !failed(drain) && (queue = oldest(drain)) != NULL; any = true)
        if (give_up_chunk(drain, queue) != 0)
            return;
    if (any)
        wake_writers(drain);
}

static void tell_overwritten(struct drain *drain)
{
    struct error error;
    if (!failed(drain) && overwrite_finish(&drain->overwrite, drain->session->writer, &error) != 0)
        fail(drain, &error);
}

static uint32_t scan_end(const struct drain *drain)
{
    const struct arena *arena = &drain->session->arena;
    uint32_t end = __atomic_load_n(&arena->header->chunk_end, __ATOMIC_ACQUIRE);
    return end < arena->chunk_count ? end : arena->chunk_count;
}

static int enqueue(struct drain *drain, uint32_t chunk)
{
    const struct ct_chunk *header = arena_chunk(&drain->session->arena, chunk);
    uint32_t number = __atomic_load_n(&header->sequence_plus_1, __ATOMIC_ACQUIRE);
    /* A program that writes where it should not may have written here. */
    uint32_t threads = __atomic_load_n(&drain->session->arena.header->next_thread, __ATOMIC_RELAXED);
    if (drain->consumed[chunk] || !number || header->thread >= threads)
        return 0;
    struct sealed *queue = sealed_get(&drain->queues, header->thread);
    if (!queue || sealed_add(queue, number - 1, chunk) != 0)
        return out_of_memory(drain);
    drain->consumed[chunk] = 1;
    return 0;
}

/* ---- metadata ---- */

static void notice(struct drain *drain, const struct ct_record *record)
{
    struct sealed *queue;
    if (record->type == CT_RECORD_PROCESS && record->bytes >= sizeof(struct ct_process)) {
        const struct ct_process *process = (const struct ct_process *)record;
        if (follow_process(&drain->follow, process) != 0)
            out_of_memory(drain);
        if (process->pid == drain->child_pid)
            drain->last_child_image = process->process;
    } else if (record->type == CT_RECORD_PROCESS_END && record->bytes >= sizeof(struct ct_process_end)) {
        follow_end_known(&drain->follow, ((const struct ct_process_end *)record)->process);
    } else if (record->type == CT_RECORD_THREAD) {
        drain->threads++;
    } else if (record->type == CT_RECORD_THREAD_END && record->bytes >= sizeof(struct ct_thread_end)) {
        queue = sealed_get(&drain->queues, ((const struct ct_thread_end *)record)->thread);
        if (queue)
            queue->ended = true;
    }
}

/* The size in words of the record at `at`; 0: none that can be believed, or not yet. */
static uint32_t record_words(const uint64_t *words, uint32_t at, bool after_hole)
{
    union {
        uint64_t word;
        struct ct_record head;
    } first = {__atomic_load_n(&words[at], __ATOMIC_ACQUIRE)};
    uint32_t bytes = first.head.bytes;
    if (!first.word || bytes < sizeof(struct ct_record) || bytes % 8 || bytes / 8 > CT_CHUNK_WORDS - at)
        return 0;
    struct bytes cursor = bytes_of(&words[at], bytes);
    return after_hole && !record_is_exact(&cursor) ? 0 : bytes / 8;
}

/* Passes on what is new in a meta chunk. A zero word is one that is being written; in a dead process's chunk it is a
 * hole that nobody fills any more, and what looks like a record behind it may be the hole's body. */
static int consume(struct drain *drain, uint32_t chunk, bool dead)
{
    const uint64_t *words = (const uint64_t *)arena_chunk(&drain->session->arena, chunk);
    struct error error;
    uint32_t at = drain->consumed[chunk] ? drain->consumed[chunk] : CT_CHUNK_HEADER_WORDS;
    bool after_hole = false;
    while (at < CT_CHUNK_WORDS) {
        uint32_t count = record_words(words, at, after_hole);
        if (!count && !dead)
            break;
        if (!count) {
            after_hole = true;
            at++;
            continue;
        }
        notice(drain, (const struct ct_record *)&words[at]);
        if (writer_records(drain->session->writer, &words[at], (size_t)count * 8, &error) != 0) {
            fail(drain, &error);
            return -1;
        }
        at += count;
        drain->consumed[chunk] = (uint16_t)at;
    }
    return 0;
}

/* Before a meta chunk is given back its records must be in the file, in case the recorder is killed. */
static int flush_meta(struct drain *drain)
{
    struct error error;
    if (writer_flush_meta(drain->session->writer, &error) == 0)
        return 0;
    fail(drain, &error);
    return -1;
}

/* ---- processes ---- */

static void end_record(struct drain *drain, const struct followed *ended)
{
    struct error error;
    struct ct_process_end record = {.process = ended->process,
                                    .cause = ended->by_exec ? CT_END_EXEC : CT_END_UNKNOWN,
                                    .ticks = ended->end_known ? 0 : clock_ticks(drain->session->clock)};
    if (writer_record(drain->session->writer, CT_RECORD_PROCESS_END, &record, sizeof record, NULL, 0, &error) != 0)
        fail(drain, &error);
}

/* All that a process which is no more left in the arena. */
static void collect(struct drain *drain, uint32_t process, bool all)
{
    struct arena *arena = &drain->session->arena;
    uint32_t end = scan_end(drain);
    for (uint32_t chunk = arena->first_chunk; chunk < end && !failed(drain); chunk++) {
        uint32_t state = __atomic_load_n(&arena->states[chunk], __ATOMIC_ACQUIRE) & CT_CHUNK_STATE_MASK;
        const struct ct_chunk *header = arena_chunk(arena, chunk);
        if (state == CT_CHUNK_FREE || state == CT_CHUNK_RETIRED ||
            !__atomic_load_n(&header->sequence_plus_1, __ATOMIC_ACQUIRE) || (!all && header->process != process))
            continue;
        if (state == CT_CHUNK_EVENTS && enqueue(drain, chunk) == 0 && drain->consumed[chunk]) {
            struct sealed *queue = sealed_get(&drain->queues, header->thread);
            if (queue)
                queue->ended = true;
        } else if (state == CT_CHUNK_META && consume(drain, chunk, true) == 0 && !all && flush_meta(drain) == 0) {
            give_back(drain, chunk, CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS);
        }
    }
}

static void end_processes(struct drain *drain)
{
    struct followed ended;
    while (!failed(drain) && follow_take_ended(&drain->follow, &ended)) {
        collect(drain, ended.process, false);
        end_record(drain, &ended);
    }
    bool look = drain->child_ended && drain->follow.count && clock_read_ns(CLOCK_MONOTONIC) > drain->unmapped_at;
    while (look && !failed(drain) && follow_take_unmapped(&drain->follow, drain->session->arena_path, &ended)) {
        ended.by_exec = true;
        collect(drain, ended.process, false);
        end_record(drain, &ended);
    }
    if (look)
        drain->unmapped_at = clock_read_ns(CLOCK_MONOTONIC) + UNMAPPED_EVERY_NS;
}

/* ---- the loop ---- */

static void scan(struct drain *drain)
{
    struct arena *arena = &drain->session->arena;
    uint32_t end = scan_end(drain);
    for (uint32_t chunk = arena->first_chunk; chunk < end && !failed(drain); chunk++) {
        uint32_t state = __atomic_load_n(&arena->states[chunk], __ATOMIC_ACQUIRE) & CT_CHUNK_STATE_MASK;
        if (state == CT_CHUNK_META)
            consume(drain, chunk, false);
        else if (state == CT_CHUNK_SEALED_EVENTS)
            enqueue(drain, chunk);
    }
}

static void keep_time(struct drain *drain)
{
    struct error error;
    uint64_t now = clock_read_ns(CLOCK_MONOTONIC);
    if (now < drain->clock_at || failed(drain))
        return;
    drain->clock_at = now + (overwrites(drain) ? CLOCK_SELDOM_NS : CLOCK_EVERY_NS);
    if (session_clock_record(drain->session, &error) != 0 || writer_flush_meta(drain->session->writer, &error) != 0)
        fail(drain, &error);
}

static void publish(struct drain *drain)
{
    pthread_mutex_lock(&drain->mutex);
    drain->state.processes = drain->follow.seen;
    drain->state.threads = drain->threads;
    drain->state.overwritten_events = drain->overwrite.events;
    drain->state.running = follow_count(&drain->follow, &drain->state.running_pid);
    pthread_mutex_unlock(&drain->mutex);
}

static void pass(struct drain *drain)
{
    if (!failed(drain)) {
        watch_disk(drain);
        scan(drain);
        end_processes(drain);
        if (overwrites(drain))
            overwrite_oldest(drain);
        else
            pack_ready(drain, false);
        keep_time(drain);
    }
    publish(drain);
}

static bool should_stop(struct drain *drain)
{
    pthread_mutex_lock(&drain->mutex);
    bool stop = drain->stop;
    pthread_mutex_unlock(&drain->mutex);
    return stop;
}

static void sleep_until_woken(struct drain *drain, uint32_t seen)
{
    struct ct_arena *header = drain->session->arena.header;
    struct timespec limit = {0, SLEEP_NS};
    __atomic_store_n(&header->recorder_sleeps, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &header->wake_recorder, FUTEX_WAIT, seen, &limit, NULL, 0);
    __atomic_store_n(&header->recorder_sleeps, 0, __ATOMIC_SEQ_CST);
}

/* The thread alone: its work waits for processors that the program does not use, until that itself waits for it. */
static void yield_to_programs(void)
{
    const struct sched_param none = {0};
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
    setpriority(PRIO_PROCESS, (id_t)gettid(), 19);
}

static void *run(void *argument)
{
    struct drain *drain = argument;
    yield_to_programs();
    while (!should_stop(drain)) {
        uint32_t seen = __atomic_load_n(&drain->session->arena.header->wake_recorder, __ATOMIC_ACQUIRE);
        pass(drain);
        sleep_until_woken(drain, seen);
    }
    return NULL;
}

/* ---- outside ---- */

struct drain *drain_start(struct session *session, uint32_t child_pid, struct error *error)
{
    struct drain *drain = calloc(1, sizeof *drain);
    uint16_t *consumed = drain ? calloc(session->arena.chunk_count, sizeof *consumed) : NULL;
    if (!consumed) {
        free(drain);
        error_set(error, "out of memory");
        return NULL;
    }
    drain->session = session;
    drain->consumed = consumed;
    drain->follow.pid_namespace = follow_pid_namespace();
    drain->child_pid = child_pid;
    drain->last_child_image = CT_NONE;
    pthread_mutex_init(&drain->mutex, NULL);
    if (pthread_create(&drain->thread, NULL, run, drain) != 0) {
        free(consumed);
        free(drain);
        error_set(error, "no thread can be started");
        return NULL;
    }
    return drain;
}

void drain_beat(struct drain *drain)
{
    __atomic_fetch_add(&drain->session->arena.header->heartbeat, 1, __ATOMIC_RELAXED);
}

void drain_look(struct drain *drain, struct drain_state *state)
{
    pthread_mutex_lock(&drain->mutex);
    *state = drain->state;
    pthread_mutex_unlock(&drain->mutex);
}

static void wake(struct drain *drain)
{
    uint32_t *word = &drain->session->arena.header->wake_recorder;
    __atomic_fetch_add(word, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

void drain_child_ended(struct drain *drain, enum ct_end_cause cause, uint32_t status)
{
    pthread_mutex_lock(&drain->mutex);
    drain->child_ended = true;
    drain->child_cause = cause;
    drain->child_status = status;
    pthread_mutex_unlock(&drain->mutex);
    wake(drain);
}

static void record_child_end(struct drain *drain)
{
    struct error error;
    struct ct_process_end record = {
        .process = drain->last_child_image, .cause = drain->child_cause, .status = drain->child_status};
    if (drain->last_child_image != CT_NONE &&
        writer_record(drain->session->writer, CT_RECORD_PROCESS_END, &record, sizeof record, NULL, 0, &error) != 0)
        fail(drain, &error);
}

/* With every process gone or told to stop. */
static void finish(struct drain *drain)
{
    struct followed ended;
    collect(drain, 0, true);
    scan(drain);
    pack_ready(drain, true);
    tell_overwritten(drain);
    while (follow_take_any(&drain->follow, &ended))
        end_record(drain, &ended);
    record_child_end(drain);
    struct error error;
    if (!failed(drain) &&
        (session_clock_record(drain->session, &error) != 0 || writer_flush_meta(drain->session->writer, &error) != 0))
        fail(drain, &error);
}

void drain_stop(struct drain *drain, struct drain_state *state)
{
    pthread_mutex_lock(&drain->mutex);
    drain->stop = true;
    pthread_mutex_unlock(&drain->mutex);
    __atomic_store_n(&drain->session->arena.header->finished, 1, __ATOMIC_RELEASE);
    wake(drain);
    pthread_join(drain->thread, NULL);
    pass(drain);
    finish(drain);
    publish(drain);
    *state = drain->state;
    follow_free(&drain->follow);
    sealed_free(&drain->queues);
    overwrite_free(&drain->overwrite);
    free(drain->consumed);
    pthread_mutex_destroy(&drain->mutex);
    free(drain);
}
