/* A thread's block: taken at its first event, given back when it ends. */
#include "arch.h"
#include "sys.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* What fork leaves of a thread. `saved` is its control block as it was when fork() was called. */
struct block {
    struct thread thread;
    _Alignas(4096) struct thread saved;
    bool saved_valid;
    size_t bytes;
    uint32_t frame_capacity;
    char scratch[SCRATCH_BYTES];
    _Alignas(32) struct frame frames[];
};

/* Before a thread has a block: no room, so that no hook looks further. */
static struct thread no_thread;
__thread struct thread *current_thread = &no_thread;
static __thread struct {
    uint32_t index, sequence; /* of a thread whose block was given back, and that goes on all the same */
    bool known;
} former;

/* glibc keeps the values of its first keys in the thread itself; it would allocate for later ones. */
#define KEYS_WITHOUT_ALLOCATION 32
static pthread_key_t key;
static bool key_made;

#define SPARE_COUNT 64
static struct block *spare[SPARE_COUNT];

static void give_back(struct block *block)
{
    for (size_t i = 0; i < SPARE_COUNT; i++) {
        struct block *none = NULL;
        if (__atomic_compare_exchange_n(&spare[i], &none, block, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return;
    }
    memory_unmap(block, block->bytes);
}

/* Frames are reserved address space, touched as deep as calls go: 2 M deep, or less where that can't be had. A program
 * that limits its address space has none to spare. */
static uint32_t frames_wanted(void)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    sys_call(SYS_prlimit64, 0, RLIMIT_AS, 0, (long)&limit, 0, 0);
    return limit.rlim_cur == RLIM_INFINITY ? 1u << 21 : 1u << 11;
}

static struct block *get_block(void)
{
    for (size_t i = 0; i < SPARE_COUNT; i++) {
        struct block *block = __atomic_exchange_n(&spare[i], NULL, __ATOMIC_ACQ_REL);
        if (block)
            return block;
    }
    for (uint32_t capacity = frames_wanted(); capacity >= 1u << 9; capacity >>= 4) {
        size_t bytes = sizeof(struct block) + ((size_t)capacity + FRAMES_SPARE) * sizeof(struct frame);
        struct block *block = memory_map(bytes);
        if (!block)
            continue;
        block->bytes = bytes;
        block->frame_capacity = capacity;
        memory_wipe_on_fork(block, 4096);
        return block;
    }
    return NULL;
}

static struct block *block_of(struct thread *thread)
{
    return (struct block *)thread;
}

/* ---- fork: the forking thread's open frames are the child's too ---- */

void thread_fork_save(struct thread *thread)
{
    if (!thread->attached)
        return;
    block_of(thread)->saved = *thread;
    block_of(thread)->saved_valid = true;
}

void thread_fork_forget(struct thread *thread)
{
    if (thread->attached)
        block_of(thread)->saved_valid = false;
}

/* A hook that was interrupted is still at work, or a longjmp has left it and the stack was used since. */
static bool is_left(const struct interrupted *hook)
{
    return *(volatile uintptr_t *)hook->here != hook->word;
}

/* A child that a signal handler has forked goes on with the parent's hook that the signal came in: it may be about to
 * store the parent's word, or another one, as it has times of its own. */
static void shield_parents_chunks(const struct thread *parent)
{
    if (parent->pending_here)
        chunk_shield(parent->chunk);
    for (uint32_t i = 0; i < parent->interrupted_count; i++) {
        if (!is_left(&parent->interrupted[i]))
            chunk_shield(parent->interrupted[i].chunk);
    }
}

void thread_fork_begin(struct thread *thread)
{
    if (thread == &no_thread)
        return;
    if (block_of(thread)->saved_valid)
        shield_parents_chunks(&block_of(thread)->saved);
    bytes_clear(thread, THREAD_WIPED);
}

static void put_inherited(struct thread *thread, uint32_t depth)
{
    uint32_t kept = depth < thread_capacity(thread) ? depth : thread_capacity(thread);
    for (uint32_t i = 1; i <= kept; i++) {
        if (!thread_has_room(thread) && !thread_next_chunk(thread))
            return;
        thread_put(thread, CT_SPECIAL(CT_SPECIAL_INHERIT, function_id(thread->frames[i].function)));
        thread->state += STATE_DEPTH;
    }
}

/* ---- beginning ---- */

static void announce(struct thread *thread)
{
    struct ct_thread record = {
        .thread = thread->index, .process = thread->process, .tid = thread->tid, .ticks = clock_now()};
    record_put(CT_RECORD_THREAD, &record, sizeof record, NULL, 0);
}

void thread_refresh_name(struct thread *thread)
{
    char name[16] = "";
    if (thread->named)
        return;
    if (sys_call(SYS_prctl, PR_GET_NAME, (long)name, 0, 0, 0, 0) != 0)
        return;
    size_t i = 0;
    while (i < sizeof name && name[i] == thread->name[i] && name[i])
        i++;
    if (i == sizeof name || name[i] == thread->name[i])
        return;
    bytes_copy(thread->name, name, sizeof name);
    struct ct_thread_name record = {.thread = thread->index};
    record_put(CT_RECORD_THREAD_NAME, &record, sizeof record, (const char *const[]){name}, 1);
}

/* A child between vfork and exec has a name of its own. */
void thread_renamed(void)
{
    struct thread *thread = current_thread;
    uint64_t mask;
    if (!runtime.words || !thread->attached || sys_call(SYS_gettid, 0, 0, 0, 0, 0, 0) != thread->tid)
        return;
    signals_block(&mask);
    thread_refresh_name(thread);
    signals_restore(&mask);
}

static void begin(struct block *block, const struct thread *forked)
{
    struct thread *thread = &block->thread;
    thread->scratch = block->scratch;
    long tid = sys_call(SYS_gettid, 0, 0, 0, 0, 0, 0);
    thread->tid = tid > 0 ? (uint32_t)tid : 0;
    thread->stack = &thread->home;
    stack_init(&thread->home, block->frames, block->frame_capacity, 0);
    if (forked) {
        thread->home = forked->home;
        thread->stacks = forked->stacks;
        thread->stack_count = forked->stack_count;
        thread->stack = forked->stack == &block->thread.home ? &thread->home : forked->stack;
    }
    thread->off = forked ? forked->off : (runtime.arena->filter & CT_FILTER_OFF) != 0;
    thread->frames = thread->stack->frames;
    thread->frames_end = thread->frames + thread->stack->capacity;
    stack_set_sure(thread);
    process_announce(thread);
    thread->process = process_index();
    if (former.known && !forked) {
        thread->index = former.index;
        thread->sequence = former.sequence;
    } else {
        thread->index = __atomic_fetch_add(&runtime.arena->next_thread, 1, __ATOMIC_RELAXED);
        announce(thread);
    }
    thread_refresh_name(thread);
    thread->attached = true;
}

bool thread_attach(uintptr_t here)
{
    struct block *block = NULL;
    const struct thread *forked = NULL;
    if (current_thread != &no_thread) {
        /* The page was wiped: this is a child of the process that knew this thread. */
        block = block_of(current_thread);
        if (block->saved_valid)
            forked = &block->saved;
        block->saved_valid = false;
        former.known = false;
    } else {
        block = get_block();
    }
    if (!block)
        return false;
    block->thread.first_here = here;
    begin(block, forked);
    current_thread = &block->thread;
    bool room = thread_next_chunk(&block->thread);
    if (forked)
        put_inherited(&block->thread, state_depth(forked->state));
    else if (room)
        early_replay(&block->thread);
    if (key_made)
        pthread_setspecific(key, block);
    return true;
}

/* ---- chunks ---- */

void thread_set_window(struct thread *thread, uint64_t epoch)
{
    uint64_t first = epoch << CT_EPOCH_SHIFT, last = first + (UINT64_C(1) << CT_EPOCH_SHIFT) - WINDOW_TICKS;
    uint64_t looked = thread->usage.ticks;
    thread->written_epoch = epoch;
    thread->true_window = looked < first ? first : looked > last ? last : looked;
    thread->window = runtime.use_tsc ? thread->true_window : UINT64_MAX;
}

void thread_put_waited(struct thread *thread)
{
    if (!thread->waited)
        return;
    thread_put(thread, CT_SPECIAL(CT_SPECIAL_WAIT, thread->waited));
    thread->waited = 0;
    preempted_ticks(thread, 0);
}

void thread_put(struct thread *thread, uint64_t word)
{
    runtime.words[(uint32_t)thread->state] = word;
    thread->state++;
}

static struct interrupted *find_holder(struct thread *thread, uint32_t chunk)
{
    for (uint32_t i = 0; i < thread->interrupted_count; i++) {
        if (thread->interrupted[i].chunk == chunk)
            return &thread->interrupted[i];
    }
    return NULL;
}

/* Passes a full chunk on to another hook that still may store to it, or else to the recorder. */
static void let_go(struct thread *thread, uint32_t chunk)
{
    struct interrupted *other = find_holder(thread, chunk);
    if (other)
        other->full = true;
    else
        chunk_set_state(chunk, CT_CHUNK_SEALED_EVENTS);
}

void thread_end_interrupted(struct thread *thread, uintptr_t here)
{
    for (uint32_t i = thread->interrupted_count; i-- > 0;) {
        struct interrupted hook = thread->interrupted[i];
        if (hook.here != here && !is_left(&hook))
            continue;
        thread->interrupted[i] = thread->interrupted[--thread->interrupted_count];
        if (hook.full)
            let_go(thread, hook.chunk);
    }
}

void thread_add_interrupted(struct thread *thread, uintptr_t here, uint32_t index)
{
    thread_end_interrupted(thread, here);
    if (!thread->interrupted_count)
        thread->interrupted_more = false;
    if (thread->interrupted_count == INTERRUPTED_MAX) {
        thread->interrupted_more = true;
        return;
    }
    struct interrupted *hook = &thread->interrupted[thread->interrupted_count++];
    *hook = (struct interrupted){.here = here,
                                 .word = *(volatile uintptr_t *)here,
                                 .stack = thread->stack,
                                 .chunk = thread->chunk,
                                 .depth = state_depth(thread->state),
                                 .index = index};
    if (index) {
        hook->stored = runtime.words[index];
        runtime.words[index] = 0;
    }
}

const struct interrupted *thread_find_interrupted(const struct thread *thread, uintptr_t here)
{
    for (uint32_t i = thread->interrupted_count; i-- > 0;) {
        if (thread->interrupted[i].here == here)
            return &thread->interrupted[i];
    }
    return NULL;
}

bool thread_counted_before_fork(const struct thread *thread, uintptr_t here, uint64_t state, uint64_t change)
{
    const struct thread *forked = &((const struct block *)thread)->saved;
    const struct interrupted *hook = thread_find_interrupted(forked, here);
    return hook ? hook->index != (uint32_t)state : forked->state == state + change;
}

static void thread_seal(struct thread *thread)
{
    thread_end_interrupted(thread, 0);
    if (!thread->chunk)
        return;
    struct ct_chunk *header = chunk_header(thread->chunk);
    uint64_t used = (uint32_t)thread->state - (uint64_t)thread->chunk * CT_CHUNK_WORDS;
    header->words = used < CT_CHUNK_WORDS ? (uint32_t)used : CT_CHUNK_WORDS;
    header->sealed_ticks = clock_now();
    let_go(thread, thread->chunk);
    thread->chunk = 0;
    thread->due = thread->end = 0;
    thread->state &= ~(uint64_t)UINT32_MAX;
}

/* After a stretch of dropped events the stream must be true again: what was entered before it and left in it. */
static void put_dropped(struct thread *thread)
{
    thread_put_waited(thread);
    if (!thread->dropped)
        return;
    __atomic_fetch_sub(&runtime.arena->lost_events, thread->dropped, __ATOMIC_RELAXED);
    thread_put(thread, CT_SPECIAL(CT_SPECIAL_LOST, thread->dropped));
    if (thread->dropped_exits)
        thread_put(thread, CT_SPECIAL(CT_SPECIAL_JUMP, thread->dropped_exits));
    thread->dropped = thread->dropped_exits = 0;
}

bool thread_resume(struct thread *thread)
{
    uint64_t end = ((uint64_t)thread->chunk + 1) * CT_CHUNK_WORDS;
    if (!thread->chunk || (uint32_t)thread->state >= end)
        return false;
    thread->end = end;
    clock_forget(thread);
    preempted_ticks(thread, 0);
    if (runtime.paused_ticks != thread->paused)
        thread_put(thread, CT_SPECIAL(CT_SPECIAL_PAUSE, runtime.paused_ticks - thread->paused));
    put_dropped(thread);
    return thread_has_room(thread);
}

#define CHUNKS_A_NAME 16u /* asking for the thread's name takes a system call */

bool thread_next_chunk(struct thread *thread)
{
    uint64_t since = thread->chunk ? preempted_since(thread) : 0;
    thread_seal(thread);
    uint32_t chunk = chunk_take(CT_CHUNK_EVENTS, &thread->waited);
    if (!chunk)
        return false;
    struct ct_chunk *header = chunk_header(chunk);
    uint64_t now = clock_now();
    thread->unswitched = switches_told();
    header->process = thread->process;
    header->thread = thread->index;
    header->base_ticks = now;
    header->stack = thread->stack->number;
    uint64_t taken = now - thread->usage.ticks >= WINDOW_TICKS ? preempted_ticks(thread, since) : 0;
    thread_set_window(thread, now >> CT_EPOCH_SHIFT);
    uint64_t start = (uint64_t)chunk * CT_CHUNK_WORDS;
    thread->state = (thread->state & ~(uint64_t)UINT32_MAX) | (start + CT_CHUNK_HEADER_WORDS);
    thread->end = start + CT_CHUNK_WORDS;
    header->probe = probe_cost(thread);
    __atomic_store_n(&header->sequence_plus_1, ++thread->sequence, __ATOMIC_RELEASE);
    thread->chunk = chunk;
    clock_forget(thread);
    if (taken)
        thread_put(thread, CT_SPECIAL(CT_SPECIAL_PREEMPTED, taken));
    put_dropped(thread);
    if (thread->sequence % CHUNKS_A_NAME == 1)
        thread_refresh_name(thread);
    process_clock_pair();
    return true;
}

/* ---- ending ---- */

/* Runs among the other thread-specific destructors, which may call traced functions as well: so it asks to be run
 * again as often as the system does that (PTHREAD_DESTRUCTOR_ITERATIONS), and ends the thread the last time. A call
 * that comes even later begins a new block for the same thread. */
static void thread_ending(void *argument)
{
    struct block *block = argument;
    struct thread *thread = &block->thread;
    if (!thread->attached || thread != current_thread)
        return;
    if (++thread->endings < 4) {
        pthread_setspecific(key, block);
        return;
    }
    uint64_t mask;
    signals_block(&mask);
    thread_refresh_name(thread);
    struct ct_thread_end record = {.thread = thread->index, .ticks = clock_now()};
    record_put(CT_RECORD_THREAD_END, &record, sizeof record, NULL, 0);
    while (thread->interrupted_count)
        thread_end_interrupted(thread, thread->interrupted[0].here);
    thread_seal(thread);
    left_end(thread);
    former.index = thread->index;
    former.sequence = thread->sequence;
    former.known = true;
    current_thread = &no_thread;
    stacks_free(thread);
    bytes_clear(thread, sizeof *thread);
    give_back(block);
    signals_restore(&mask);
}

void thread_create_key(void)
{
    key_made = pthread_key_create(&key, thread_ending) == 0 && key < KEYS_WITHOUT_ALLOCATION;
}

/* As part of a library that is closed, before its threads end. */
__attribute__((destructor)) static void forget_key(void)
{
    if (key_made)
        pthread_key_delete(key);
    key_made = false;
}
