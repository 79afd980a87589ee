/* Calls that are not recorded: of functions that the recorder's filters leave out, and all while a trigger has the
 * thread switched off. They are counted by function, each thread for itself in a chunk of the arena, so that a count
 * is one addition, and survives the program. A function's place there, its index, is the process's. */
#include "arch.h"
#include "sys.h"

#define OTHERS CT_CHUNK_HEADER_WORDS /* index of the functions that came when all others were taken */

struct filtered {
    uint16_t index; /* 0: none yet */
    uint8_t answer, mark;
};
static struct filtered *filtered; /* by function; NULL: nothing is filtered */
static uint32_t ids[CT_CHUNK_WORDS];
static uint32_t last_index = OTHERS;

bool left_init(void)
{
    runtime.recording = runtime.arena->filter ? FILTERING : RECORDING;
    if (!runtime.arena->filter && !runtime.arena->recipes_bytes)
        return true;
    filtered = memory_map((runtime.function_mask / sizeof(struct function) + 1 + FUNCTION_PROBES) * sizeof *filtered);
    return filtered != NULL;
}

uint32_t left_answer(const struct function *function)
{
    return filtered && function_id(function) ? filtered[function_index(function)].answer : 0;
}

uintptr_t left_mark_of(const struct function *function)
{
    return filtered && word_load(&function->timed_entry) ? filtered[function_index(function)].mark : 0;
}

static void tell_index(uint32_t index, uint32_t function)
{
    struct ct_left record = {.process = process_index(), .index = index, .function = function};
    record_put(CT_RECORD_LEFT, &record, sizeof record, NULL, 0);
}

static uint32_t new_index(uint32_t function)
{
    if (__atomic_load_n(&last_index, __ATOMIC_RELAXED) >= CT_CHUNK_WORDS - 1)
        return OTHERS;
    uint32_t index = __atomic_add_fetch(&last_index, 1, __ATOMIC_RELAXED);
    if (index >= CT_CHUNK_WORDS)
        return OTHERS;
    __atomic_store_n(&ids[index], function, __ATOMIC_RELAXED);
    tell_index(index, function);
    return index;
}

void left_after_fork(void)
{
    for (uint32_t index = OTHERS + 1; index <= last_index && index < CT_CHUNK_WORDS; index++) {
        if (ids[index])
            tell_index(index, ids[index]);
    }
}

/* Once, though another thread may do so at the same time. */
static void put_mark(struct function *function, uint8_t mark)
{
    uint8_t none = 0, *its = &filtered[function_index(function)].mark;
    if (__atomic_compare_exchange_n(its, &none, mark, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        __atomic_fetch_add(&function->address, mark, __ATOMIC_RELEASE);
}

void left_mark(struct function *function, uint32_t id, uint32_t answer)
{
    struct filtered *its = &filtered[function_index(function)];
    uint8_t mark = answer & (CT_ANSWER_ON | CT_ANSWER_OFF) ? MARK_TRIGGER
                   : answer & CT_ANSWER_LEFT_OUT           ? MARK_LEFT_OUT
                                                           : 0;
    if (__atomic_load_n(&its->mark, __ATOMIC_RELAXED))
        return; /* another thread has met the function as well */
    if (mark == MARK_LEFT_OUT) {
        uint16_t index = (uint16_t)new_index(id);
        __atomic_store_n(&its->index, index, __ATOMIC_RELAXED);
        __atomic_store_n(&function->untimed_exit, index, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&its->answer, (uint8_t)answer, __ATOMIC_RELAXED);
    put_mark(function, mark);
}

void left_mark_asked(struct function *function)
{
    put_mark(function, MARK_ASKED);
}

void left_unmark(struct function *function)
{
    if (!filtered)
        return;
    struct filtered *its = &filtered[function_index(function)];
    __atomic_fetch_sub(&function->address, its->mark, __ATOMIC_RELAXED);
    *its = (struct filtered){0};
}

static uint32_t index_of(const struct function *function)
{
    return __atomic_load_n(&filtered[function_index(function)].index, __ATOMIC_RELAXED);
}

/* Where two threads do so at once, the function has counts at two. */
static uint32_t give_index(const struct function *function)
{
    uint32_t index = index_of(function);
    if (index)
        return index;
    index = new_index(function_id(function));
    __atomic_store_n(&filtered[function_index(function)].index, (uint16_t)index, __ATOMIC_RELAXED);
    return index;
}

static void begin_counts(struct thread *thread)
{
    uint32_t chunk = thread->left ? 0 : chunk_take(CT_CHUNK_LEFT, &thread->waited);
    if (!chunk)
        return;
    struct ct_chunk *header = chunk_header(chunk);
    header->process = thread->process;
    header->thread = thread->index;
    header->base_ticks = clock_now();
    __atomic_store_n(&header->sequence_plus_1, 1, __ATOMIC_RELEASE);
    __atomic_store_n(&thread->left, (uint64_t *)header, __ATOMIC_RELEASE);
}

/* What a first count needs; returns the index. */
static COLD uint32_t prepare(struct thread *thread, const struct function *function)
{
    uint64_t mask;
    signals_block(&mask);
    begin_counts(thread);
    uint32_t index = give_index(function);
    signals_restore(&mask);
    return index;
}

void left_count(struct thread *thread, struct function *function)
{
    uint32_t index = index_of(function);
    if (!thread->left || !index)
        index = prepare(thread, function);
    if (thread->left)
        word_add(&thread->left[index], 1);
    else
        __atomic_fetch_add(&runtime.arena->lost_events, 2, __ATOMIC_RELAXED);
}

/* ---- the hooks of a thread that is switched off ---- */

/* Where an entry of the function is counted, whatever else there is to it; 0: slow.c sees to it. */
static inline uint32_t counted_at(const struct function *function, uintptr_t address)
{
    const struct filtered *its = &filtered[function_index(function)];
    bool counted = word_load(&function->address) - address <= MARK_MOST && !(its->answer & CT_ANSWER_ON);
    return likely(counted) ? index_of(function) : 0;
}

void left_entry(uintptr_t address, uintptr_t call_site, uintptr_t here)
{
    struct thread *thread = current_thread;
    uint32_t index = counted_at(function_slot(address), address);
    if (likely(index && thread->left))
        word_add(&thread->left[index], 1);
    else
        slow_entry(address, call_site, here, HOOK_RETURN(here));
}

/* What place_exit() would find, where that takes nothing but a look at the innermost open call: an exit below it is
 * not that of one further out. One that was jumped to stands where its return address lay, which may be top's place. */
static inline bool is_of_no_frame(const struct thread *thread, const struct function *function, uintptr_t address,
                                  uintptr_t site, uintptr_t here)
{
    uint64_t state = thread->state;
    const struct frame *top = thread_frame(thread, state);
    if (!state_depth(state))
        return !thread->stacks || (here >= thread->sure_low && here <= thread->stack->high);
    if (unlikely(top > thread->frames_end || here < thread->sure_low || here > top->here ||
                 stack_is_signal(thread, here) != stack_is_signal(thread, top->here) ||
                 word_load(&function->address) - address > MARK_MOST))
        return false;
    bool jumped_to = HOOK_RETURN(here) == ~site;
    if (jumped_to || here == top->here)
        return jumped_to;
    return top->function != function || top->site != site;
}

void left_exit(uintptr_t address, uintptr_t call_site, uintptr_t here)
{
    if (unlikely(!is_of_no_frame(current_thread, function_slot(address), address, ~call_site, here)))
        slow_exit(address, call_site, here, HOOK_RETURN(here));
}

void left_end(struct thread *thread)
{
    uint64_t *left = thread->left;
    thread->left = NULL;
    if (left)
        chunk_set_state((uint32_t)((uint64_t)(left - runtime.words) / CT_CHUNK_WORDS), CT_CHUNK_SEALED_LEFT);
}
