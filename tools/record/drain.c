#include "record/draining.h"

#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "record/clock.h"
#include "tape/records.h"

#define SLEEP_NS 10000000
#define CLOCK_EVERY_NS UINT64_C(250000000)
#define CLOCK_SELDOM_NS UINT64_C(10000000000) /* while nothing is packed: idling fills no tape */
#define UNMAPPED_EVERY_NS UINT64_C(200000000)

/* ---- failing: the tape can't be written, or no memory ---- */

void drain_fail(struct drain *drain, const struct error *error)
{
    pthread_mutex_lock(&drain->mutex);
    if (!drain->state.failed)
        drain->state.error = *error;
    __atomic_store_n(&drain->state.failed, true, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&drain->mutex);
    __atomic_store_n(&drain->session->arena.header->finished, 1, __ATOMIC_RELEASE);
}

bool drain_failed(const struct drain *drain)
{
    return __atomic_load_n(&drain->state.failed, __ATOMIC_RELAXED);
}

int drain_no_memory(struct drain *drain)
{
    struct error error;
    error_set(&error, "out of memory while recording");
    drain_fail(drain, &error);
    return -1;
}

static uint32_t scan_end(const struct drain *drain)
{
    const struct arena *arena = &drain->session->arena;
    uint32_t end = __atomic_load_n(&arena->header->chunk_end, __ATOMIC_ACQUIRE);
    return end < arena->chunk_count ? end : arena->chunk_count;
}

/* The state is looked at again: since it was the helper may have given the chunk back, and another taken it. */
static int enqueue(struct drain *drain, uint32_t chunk, enum ct_chunk_state state)
{
    const uint32_t *now = &drain->session->arena.states[chunk];
    if (__atomic_load_n(&drain->consumed[chunk], __ATOMIC_ACQUIRE) ||
        (__atomic_load_n(now, __ATOMIC_ACQUIRE) & CT_CHUNK_STATE_MASK) != state)
        return 0;
    const struct ct_chunk *header = arena_chunk(&drain->session->arena, chunk);
    uint32_t number = __atomic_load_n(&header->sequence_plus_1, __ATOMIC_ACQUIRE);
    /* A program that writes where it should not may have written here. */
    uint32_t threads = __atomic_load_n(&drain->session->arena.header->next_thread, __ATOMIC_RELAXED);
    if (!number || header->thread >= threads)
        return 0;
    struct sealed *queue = sealed_get(&drain->queues, header->thread);
    if (!queue || sealed_add(queue, number - 1, chunk) != 0)
        return drain_no_memory(drain);
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
            drain_no_memory(drain);
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
    uint64_t *words = (uint64_t *)arena_chunk(&drain->session->arena, chunk);
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
        drain_answer(drain, (struct ct_record *)&words[at]);
        if (writer_records(drain->session->writer, &words[at], (size_t)count * 8, &error) != 0) {
            drain_fail(drain, &error);
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
    drain_fail(drain, &error);
    return -1;
}

/* ---- processes ---- */

static void end_record(struct drain *drain, const struct followed *ended)
{
    struct error error;
    struct ct_process_end record = {.process = ended->process,
                                    .cause = ended->by_exec ? CT_END_EXEC : ended->cause,
                                    .status = ended->status,
                                    .ticks = ended->end_known ? 0 : clock_ticks(drain->session->clock)};
    if (writer_record(drain->session->writer, CT_RECORD_PROCESS_END, &record, sizeof record, NULL, 0, &error) != 0)
        drain_fail(drain, &error);
}

/* All that a process which is no more left in the arena. */
static void collect(struct drain *drain, uint32_t process, bool all)
{
    struct arena *arena = &drain->session->arena;
    uint32_t end = scan_end(drain);
    for (uint32_t chunk = arena->first_chunk; chunk < end && !drain_failed(drain); chunk++) {
        uint32_t state = __atomic_load_n(&arena->states[chunk], __ATOMIC_ACQUIRE) & CT_CHUNK_STATE_MASK;
        const struct ct_chunk *header = arena_chunk(arena, chunk);
        if (state == CT_CHUNK_FREE || state == CT_CHUNK_RETIRED ||
            !__atomic_load_n(&header->sequence_plus_1, __ATOMIC_ACQUIRE) || (!all && header->process != process))
            continue;
        if (state == CT_CHUNK_EVENTS && enqueue(drain, chunk, state) == 0 && drain->consumed[chunk]) {
            struct sealed *queue = sealed_get(&drain->queues, header->thread);
            if (queue)
                queue->ended = true;
        } else if (state == CT_CHUNK_META && consume(drain, chunk, true) == 0 && !all && flush_meta(drain) == 0) {
            drain_give_back(drain, chunk, CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS);
        } else if (state == CT_CHUNK_LEFT || state == CT_CHUNK_SEALED_LEFT) {
            drain_left(drain, chunk, all);
        }
    }
}

static void end_processes(struct drain *drain)
{
    struct followed ended;
    while (!drain_failed(drain) && follow_take_ended(&drain->follow, &ended)) {
        collect(drain, ended.process, false);
        end_record(drain, &ended);
    }
    bool look = drain->child_ended && drain->follow.count && clock_read_ns(CLOCK_MONOTONIC) > drain->unmapped_at;
    while (look && !drain_failed(drain) && follow_take_unmapped(&drain->follow, drain->session->arena_path, &ended)) {
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
    for (uint32_t chunk = arena->first_chunk; chunk < end && !drain_failed(drain); chunk++) {
        uint32_t state = __atomic_load_n(&arena->states[chunk], __ATOMIC_ACQUIRE) & CT_CHUNK_STATE_MASK;
        if (state == CT_CHUNK_META)
            consume(drain, chunk, false);
        else if (state == CT_CHUNK_SEALED_EVENTS)
            enqueue(drain, chunk, state);
        else if (state == CT_CHUNK_SEALED_LEFT)
            drain_left(drain, chunk, false);
    }
}

void drain_read_records(struct drain *drain)
{
    struct arena *arena = &drain->session->arena;
    uint32_t end = scan_end(drain);
    for (uint32_t chunk = arena->first_chunk; chunk < end && !drain_failed(drain); chunk++) {
        if ((__atomic_load_n(&arena->states[chunk], __ATOMIC_ACQUIRE) & CT_CHUNK_STATE_MASK) == CT_CHUNK_META)
            consume(drain, chunk, false);
    }
}

static void keep_time(struct drain *drain)
{
    struct error error;
    uint64_t now = clock_read_ns(CLOCK_MONOTONIC);
    if (now - drain->clock_told < (drain->packed ? CLOCK_EVERY_NS : CLOCK_SELDOM_NS) || drain_failed(drain))
        return;
    drain->clock_told = now;
    drain->packed = false;
    if (session_clock_record(drain->session, &error) != 0 || writer_flush_meta(drain->session->writer, &error) != 0)
        drain_fail(drain, &error);
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
    if (!drain_failed(drain)) {
        drain_watch_disk(drain);
        scan(drain);
        end_processes(drain);
        if (drain_overwrites(drain))
            drain_overwrite(drain);
        else
            drain_pack(drain, false);
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

void drain_wake(struct drain *drain)
{
    uint32_t *word = &drain->session->arena.header->wake_recorder;
    __atomic_fetch_add(word, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

static void sleep_until_woken(struct drain *drain, uint32_t seen)
{
    struct ct_arena *header = drain->session->arena.header;
    struct timespec limit = {0, SLEEP_NS};
    /* Programs need not wake it for chunks while there is work already: a system call each. */
    bool idle = !drain->helper || helper_is_idle(drain->helper);
    __atomic_store_n(&header->recorder_sleeps, idle, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &header->wake_recorder, FUTEX_WAIT, seen, &limit, NULL, 0);
    __atomic_store_n(&header->recorder_sleeps, 0, __ATOMIC_SEQ_CST);
}

static void *run(void *argument)
{
    struct drain *drain = argument;
    while (!should_stop(drain)) {
        uint32_t seen = __atomic_load_n(&drain->session->arena.header->wake_recorder, __ATOMIC_ACQUIRE);
        pass(drain);
        sleep_until_woken(drain, seen);
    }
    return NULL;
}

/* ---- outside ---- */

struct drain *drain_start(struct session *session, uint32_t child_pid, const struct judge *judge, struct error *error)
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
    drain->judge = judge;
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

void drain_child_ended(struct drain *drain, enum ct_end_cause cause, uint32_t status)
{
    pthread_mutex_lock(&drain->mutex);
    drain->child_ended = true;
    drain->child_cause = cause;
    drain->child_status = status;
    pthread_mutex_unlock(&drain->mutex);
    drain_wake(drain);
}

static void record_child_end(struct drain *drain)
{
    struct error error;
    struct ct_process_end record = {
        .process = drain->last_child_image, .cause = drain->child_cause, .status = drain->child_status};
    if (drain->last_child_image != CT_NONE &&
        writer_record(drain->session->writer, CT_RECORD_PROCESS_END, &record, sizeof record, NULL, 0, &error) != 0)
        drain_fail(drain, &error);
}

/* With every process gone or told to stop. */
static void finish(struct drain *drain)
{
    struct followed ended;
    collect(drain, 0, true);
    scan(drain);
    drain_pack(drain, true);
    helper_stop(drain->helper);
    drain_tell_overwritten(drain);
    while (follow_take_any(&drain->follow, &ended))
        end_record(drain, &ended);
    record_child_end(drain);
    struct error error;
    if (!drain_failed(drain) &&
        (session_clock_record(drain->session, &error) != 0 || writer_flush_meta(drain->session->writer, &error) != 0))
        drain_fail(drain, &error);
}

void drain_stop(struct drain *drain, struct drain_state *state)
{
    pthread_mutex_lock(&drain->mutex);
    drain->stop = true;
    pthread_mutex_unlock(&drain->mutex);
    __atomic_store_n(&drain->session->arena.header->finished, 1, __ATOMIC_RELEASE);
    drain_wake(drain);
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
