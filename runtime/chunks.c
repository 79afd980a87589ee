/* Taking chunks of the arena, which all processes of the recording share. */
#include "arch.h"
#include "sys.h"

#include <errno.h>
#include <sys/mman.h>
#include <time.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define PAGE 4096u

static uint32_t *state_word(uint32_t chunk)
{
    return (uint32_t *)((char *)runtime.words + CT_ARENA_STATES_OFFSET) + chunk;
}

struct ct_chunk *chunk_header(uint32_t chunk)
{
    return (struct ct_chunk *)(runtime.words + (uint64_t)chunk * CT_CHUNK_WORDS);
}

/* Makes the chunk's pages exist. A plain store to a page for which the disk has no room would be a SIGBUS in the
 * middle of the program; a system call that is to store there says so instead. Where both are forbidden (sandbox.h) the
 * buffer's space must be what the recorder has reserved, as it is nearly everywhere. */
static bool populate(uint32_t chunk)
{
    char *start = (char *)chunk_header(chunk);
    long result = sys_call(SYS_madvise, (long)start, CT_CHUNK_BYTES, MADV_POPULATE_WRITE, 0, 0, 0);
    if (result == 0 || result == -EFAULT || result == -ENOMEM)
        return result == 0;
    for (char *page = start; page < start + CT_CHUNK_BYTES; page += PAGE) {
        if (sys_call(SYS_clock_gettime, CLOCK_MONOTONIC, (long)page, 0, 0, 0, 0) == -EFAULT)
            return false;
        bytes_clear(page, sizeof(struct timespec));
    }
    return true;
}

/* The recorder looks no further than this. */
static void raise_end(uint32_t end)
{
    uint32_t *word = &runtime.arena->chunk_end, old = __atomic_load_n(word, __ATOMIC_RELAXED);
    while (old < end && !__atomic_compare_exchange_n(word, &old, end, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
        ;
}

static uint32_t limit(void)
{
    const struct ct_arena *arena = runtime.arena;
    uint32_t all = runtime.chunk_count - arena->first_chunk;
    uint32_t buffer = __atomic_load_n(&arena->buffer_chunks, __ATOMIC_RELAXED);
    if (__atomic_load_n(&arena->recorder_gone, __ATOMIC_RELAXED) || buffer > all)
        return all;
    return buffer;
}

/* ---- chunks of the process that has forked this one ---- */

static uint32_t shielded[INTERRUPTED_MAX];
static uint32_t shielded_count;

static bool is_shielded(uint32_t chunk)
{
    for (uint32_t i = 0; i < shielded_count; i++) {
        if (shielded[i] == chunk)
            return true;
    }
    return false;
}

void chunk_shield(uint32_t chunk)
{
    if (!chunk || is_shielded(chunk) || shielded_count == INTERRUPTED_MAX)
        return;
    long result = sys_call(SYS_mmap, (long)chunk_header(chunk), CT_CHUNK_BYTES, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    if (result == (long)chunk_header(chunk))
        shielded[shielded_count++] = chunk;
}

/* ---- taking ---- */

/* *held: all that are taken are still being written, or kept, so that waiting for the recorder would be in vain. */
static uint32_t take_free(enum ct_chunk_state state, uint32_t count, bool *held)
{
    struct ct_arena *arena = runtime.arena;
    /* The lowest that is free: its pages exist, and are likely in a cache. Without a recorder none comes back. */
    bool gone = __atomic_load_n(&arena->recorder_gone, __ATOMIC_RELAXED);
    uint32_t hint = gone ? __atomic_fetch_add(&arena->chunk_hint, 1, __ATOMIC_RELAXED) : 0;
    bool disk_full = false;
    *held = true;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t chunk = arena->first_chunk + (hint + i) % count;
        /* What was never touched can't be had then; on tmpfs even looking at its state would need a page. */
        if (disk_full && chunk >= __atomic_load_n(&arena->chunk_end, __ATOMIC_RELAXED))
            continue;
        uint32_t *word = state_word(chunk), old = __atomic_load_n(word, __ATOMIC_RELAXED);
        if ((old & (CT_CHUNK_STATE_MASK | CT_CHUNK_KEPT)) == CT_CHUNK_SEALED_EVENTS)
            *held = false;
        if ((old & CT_CHUNK_STATE_MASK) != CT_CHUNK_FREE || (disk_full && !(old & CT_CHUNK_TOUCHED)) ||
            is_shielded(chunk))
            continue;
        uint32_t taken = (old & CT_CHUNK_TOUCHED) | state;
        if (!__atomic_compare_exchange_n(word, &old, taken, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            continue;
        if (!(old & CT_CHUNK_TOUCHED)) {
            if (!populate(chunk)) {
                __atomic_store_n(word, CT_CHUNK_FREE, __ATOMIC_RELEASE);
                disk_full = true;
                continue;
            }
            __atomic_fetch_or(word, CT_CHUNK_TOUCHED, __ATOMIC_RELAXED);
        }
        __atomic_fetch_add(&arena->chunks_in_use, 1, __ATOMIC_RELAXED);
        raise_end(chunk + 1);
        return chunk;
    }
    return 0;
}

static void wake_recorder(void)
{
    __atomic_fetch_add(&runtime.arena->wake_recorder, 1, __ATOMIC_RELEASE);
    futex_wake(&runtime.arena->wake_recorder);
}

/* A recorder that did not move its heartbeat for this long is dead: record's own loop turns in a quarter second.
 * Counted in waits that nothing ended, as the clock may be forbidden (sandbox.h). */
#define WAIT_NS INT64_C(20000000)
#define PATIENCE (INT64_C(3000000000) / WAIT_NS)

struct patience {
    uint32_t beat; /* the heartbeat, as it was last seen */
    uint32_t waits;
};

static struct patience patience_begin(void)
{
    return (struct patience){__atomic_load_n(&runtime.arena->heartbeat, __ATOMIC_RELAXED), 0};
}

static void wait_patiently(struct patience *patience, uint32_t *word, uint32_t expected)
{
    bool woken = futex_wait(word, expected, WAIT_NS);
    uint32_t beat = __atomic_load_n(&runtime.arena->heartbeat, __ATOMIC_RELAXED);
    if (beat != patience->beat)
        *patience = (struct patience){beat, 0};
    else if (!woken && ++patience->waits > PATIENCE)
        __atomic_store_n(&runtime.arena->recorder_gone, 1, __ATOMIC_RELAXED);
}

/* More threads than the buffer has chunks each hold one: then the buffer has to be larger. */
static uint32_t take(enum ct_chunk_state state)
{
    const struct ct_arena *arena = runtime.arena;
    uint32_t all = runtime.chunk_count - arena->first_chunk;
    bool held;
    uint32_t chunk = take_free(state, limit(), &held);
    /* Other chunks may lie anywhere: they are few, and must be had even while the buffer is full. */
    return chunk || (!held && state == CT_CHUNK_EVENTS) ? chunk : take_free(state, all, &held);
}

/* Waits for a free chunk as long as the recorder is alive. 0 once it is not. */
static uint32_t wait_for_chunk(enum ct_chunk_state state, uint64_t *waited)
{
    struct ct_arena *arena = runtime.arena;
    uint64_t start = clock_now();
    struct patience patience = patience_begin();
    uint32_t chunk = 0;
    while (!__atomic_load_n(&arena->finished, __ATOMIC_RELAXED)) {
        uint32_t seen = __atomic_load_n(&arena->wake_writers, __ATOMIC_ACQUIRE);
        chunk = take(state);
        if (chunk || __atomic_load_n(&arena->recorder_gone, __ATOMIC_RELAXED))
            break;
        wake_recorder();
        wait_patiently(&patience, &arena->wake_writers, seen);
    }
    *waited += clock_now() - start;
    return chunk;
}

/* The recorder's death is noticed at once where a chunk is wanted, as its pid is gone; from within another pid
 * namespace only by its heartbeat (wait_for_chunk). */
static bool recorder_lives(void)
{
    struct ct_arena *arena = runtime.arena;
    if (__atomic_load_n(&arena->recorder_gone, __ATOMIC_RELAXED))
        return false;
    if (runtime.foreign || sys_call(SYS_kill, (long)arena->recorder_pid, 0, 0, 0, 0, 0) != -ESRCH)
        return true;
    __atomic_store_n(&arena->recorder_gone, 1, __ATOMIC_RELAXED);
    return false;
}

/* In use at once: then the recorder is woken before its time, so that few chunks go round. */
#define MANY_CHUNKS 64u

uint32_t chunk_take(enum ct_chunk_state state, uint64_t *waited)
{
    struct ct_arena *arena = runtime.arena;
    if (__atomic_load_n(&arena->finished, __ATOMIC_RELAXED))
        return 0;
    uint32_t chunk = take(state);
    if (chunk) {
        uint32_t quarter = limit() / 4, many = quarter < MANY_CHUNKS ? quarter : MANY_CHUNKS;
        if (__atomic_load_n(&arena->chunks_in_use, __ATOMIC_RELAXED) > many &&
            __atomic_load_n(&arena->recorder_sleeps, __ATOMIC_RELAXED))
            wake_recorder();
        return chunk;
    }
    if (!recorder_lives())
        return take(state);
    return arena->full == CT_FULL_DROP && state == CT_CHUNK_EVENTS ? 0 : wait_for_chunk(state, waited);
}

/* As long as it lives, that is. A recorder that is busy answers late. */
uint32_t recorder_answer(const uint32_t *word, uint64_t *waited)
{
    struct ct_arena *arena = runtime.arena;
    uint64_t start = clock_now();
    struct patience patience = patience_begin();
    uint32_t answer;
    wake_recorder();
    while (!(answer = __atomic_load_n(word, __ATOMIC_ACQUIRE)) && recorder_lives() &&
           !__atomic_load_n(&arena->finished, __ATOMIC_RELAXED)) {
        wait_patiently(&patience, (uint32_t *)(uintptr_t)word, 0);
    }
    *waited += clock_now() - start;
    return answer;
}

void chunk_set_state(uint32_t chunk, enum ct_chunk_state state)
{
    __atomic_store_n(state_word(chunk), state | CT_CHUNK_TOUCHED, __ATOMIC_RELEASE);
}
