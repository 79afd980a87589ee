/* What differs from machine to machine: the clock, the commit, and how a hook knows an activation.
 * One set of functions a machine, chosen here and nowhere else. */
#ifndef CALLTAPE_ARCH_H
#define CALLTAPE_ARCH_H

#include "runtime.h"

static inline uintptr_t load_word(uintptr_t address)
{
    return *(volatile uintptr_t *)address;
}

#if defined(__x86_64__)

#define HOOK_HERE() ((uintptr_t)__builtin_dwarf_cfa() - sizeof(uintptr_t))

static inline uint64_t clock_counter(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Atomic as seen by this thread's own signal handlers, which is all that is needed: no lock prefix. */
static inline bool state_commit(uint64_t *state, uint64_t expected, uint64_t desired)
{
    bool done;
    __asm__ volatile("cmpxchgq %3, %1" : "=@ccz"(done), "+m"(*state), "+a"(expected) : "r"(desired) : "memory");
    return done;
}

/* The activation at `here` was called by the one at `top`, with the stack as it was in top's entry hook: then its
 * return address lies where top's hook had its own. */
static inline bool frame_is_callee(const struct frame *top, uintptr_t here, uintptr_t site)
{
    return here < top->here && load_word(top->here) == ~site;
}

static inline int32_t frame_callee_slot(const struct frame *top, uintptr_t here)
{
    return (int32_t)(top->here - here);
}

/* False: it has been left without its exit hook. */
static inline bool frame_is_alive(const struct frame *frame)
{
    return frame->slot == 0 || load_word(frame_slot(frame)) == ~frame->site;
}

/* How far above `here` the return address `site` first lies, looked for from `from` to `limit`; 0: nowhere. */
static inline intptr_t frame_find_slot(uintptr_t here, uintptr_t site, uintptr_t from, uintptr_t limit)
{
    for (uintptr_t address = from; address <= limit; address += sizeof site) {
        if (load_word(address) == ~site)
            return (intptr_t)(address - here);
    }
    return 0;
}

static inline bool frame_slot_holds(uintptr_t here, intptr_t slot, uintptr_t site)
{
    return load_word(here + (uintptr_t)slot) == ~site;
}

#elif defined(__aarch64__)

/* Needs frame records (-fno-omit-frame-pointer, the default of gcc and clang here). */
#define HOOK_HERE() (*(uintptr_t *)__builtin_frame_address(0))

static inline uint64_t clock_counter(void)
{
    uint64_t value;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
    return value;
}

static inline bool state_commit(uint64_t *state, uint64_t expected, uint64_t desired)
{
    return __atomic_compare_exchange_n(state, &expected, desired, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static inline bool frame_is_callee(const struct frame *top, uintptr_t here, uintptr_t site)
{
    (void)site;
    return here < top->here && load_word(here) == top->here;
}

static inline int32_t frame_callee_slot(const struct frame *top, uintptr_t here)
{
    return (int32_t)(top->here - here);
}

static inline bool frame_is_alive(const struct frame *frame)
{
    return frame->slot == 0 || load_word(frame->here) == frame_slot(frame);
}

static inline intptr_t frame_find_slot(uintptr_t here, uintptr_t site, uintptr_t from, uintptr_t limit)
{
    (void)site;
    uintptr_t caller = load_word(here);
    return caller >= from && caller <= limit ? (intptr_t)(caller - here) : 0;
}

static inline bool frame_slot_holds(uintptr_t here, intptr_t slot, uintptr_t site)
{
    (void)site;
    return load_word(here) == here + (uintptr_t)slot;
}

#else
#error "calltape's runtime knows x86-64 and aarch64"
#endif

COLD uint64_t clock_monotonic_ns(void);

static inline uint64_t clock_now(void)
{
    return likely(runtime.use_tsc) ? clock_counter() : clock_monotonic_ns();
}

/* What is inlined into one activation shares its place and return address; the same hook call coming again does too,
 * but then the earlier one was left. */
static inline bool frame_is_inlined(const struct frame *top, uintptr_t here, uintptr_t site, uintptr_t hook_return)
{
    return here == top->here && site == top->site && top->hook_return != (uint32_t)hook_return;
}

/* The ordinary cases of an entry: called by, or inlined into, the innermost open call. */
static inline bool frame_called_by(const struct frame *top, uintptr_t here, uintptr_t site, uintptr_t hook_return,
                                   int32_t *slot)
{
    bool callee = frame_is_callee(top, here, site);
    *slot = callee ? frame_callee_slot(top, here) : top->slot;
    return callee || frame_is_inlined(top, here, site, hook_return);
}

/* Announces that this hook goes by `state`. False: it is that no longer. */
static inline bool hook_begin(struct thread *thread, uint64_t state, uintptr_t here)
{
    thread->pending_here = here;
    thread->pending = state;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return thread->state == state;
}

static inline void hook_end(struct thread *thread)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    thread->pending = 0;
}

/* Between hook_begin and hook_end: stores the word, and commits it with the state that follows. False: a signal
 * handler's hooks were faster; nothing happened. */
static inline bool event_commit(struct thread *thread, uint64_t state, uint64_t word, int64_t depth_change)
{
    uint64_t *to = &runtime.words[(uint32_t)state];
    *to = word;
    if (likely(state_commit(&thread->state, state, state + 1 + ((uint64_t)depth_change << 32))))
        return true;
    *to = 0;
    return false;
}

#endif
