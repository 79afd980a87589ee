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
#define HOOK_RETURN(here) load_word(here)
/* `here` as the hooks of the function it stands in would have it. */
#define CALLER_HERE()                                                                                                  \
    __extension__({                                                                                                    \
        uintptr_t stack;                                                                                               \
        __asm__ volatile("mov %%rsp, %0" : "=r"(stack));                                                               \
        stack - sizeof stack;                                                                                          \
    })

static inline uint64_t clock_counter(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static inline void processor_pause(void)
{
    __asm__ volatile("pause");
}

/* What comes before may still be under way when the counter is read: not here. Takes longer. */
static inline uint64_t clock_counter_behind(void)
{
    __asm__ volatile("lfence" ::: "memory");
    return clock_counter();
}

static inline uintptr_t thread_pointer(void)
{
    uintptr_t pointer;
    __asm__("movq %%fs:0, %0" : "=r"(pointer));
    return pointer;
}

#define RSEQ_SIGNATURE 0x53053053u

/* A load and a comparison in one instruction, as compilers make no atomic and no volatile load. */
static inline bool word_is(const uint64_t *word, uint64_t value)
{
    bool same;
    __asm__ volatile("cmpq %2, %1" : "=@ccz"(same) : "m"(*word), "re"(value) : "cc");
    return same;
}

/* Both atomic as seen by this thread's own signal handlers, which is all that is needed: no lock prefix. */
static inline bool word_replace(uint64_t *word, uint64_t expected, uint64_t desired)
{
    bool done;
    __asm__ volatile("cmpxchgq %3, %1" : "=@ccz"(done), "+m"(*word), "+a"(expected) : "r"(desired) : "memory");
    return done;
}

static inline void word_add(uint64_t *word, uint64_t change)
{
    __asm__ volatile("addq %1, %0" : "+m"(*word) : "er"(change) : "memory", "cc");
}

/* The activation at `here` was called by the one at `top`, with the stack as it was in top's entry hook: then its
 * return address lies where top's hook had its own. */
static inline bool frame_is_callee(const struct frame *top, uintptr_t here, uintptr_t site)
{
    return here < top->here && word_is((const uint64_t *)top->here, ~site);
}

/* The same, as the hooks ask it. False: on another stack it may look like that as well (stack_is_callee). */
static inline bool thread_is_callee(const struct thread *thread, const struct frame *top, uintptr_t here,
                                    uintptr_t site)
{
    return here >= thread->sure_low && frame_is_callee(top, here, site);
}

/* False: it has been left without its exit hook. */
static inline bool frame_is_alive(const struct frame *frame)
{
    uintptr_t slot = frame_slot(frame);
    return !slot || load_word(slot) == ~frame->site;
}

/* Where the return address `site` first lies, looked for from `from` to `limit`; 0: nowhere. */
static inline uintptr_t frame_find_slot(uintptr_t here, uintptr_t site, uintptr_t from, uintptr_t limit)
{
    (void)here;
    for (uintptr_t address = from; address <= limit; address += sizeof site) {
        if (load_word(address) == ~site)
            return address;
    }
    return 0;
}

static inline bool frame_slot_holds(uintptr_t here, uintptr_t slot, uintptr_t site)
{
    (void)here;
    return load_word(slot) == ~site;
}

#elif defined(__aarch64__)

/* Needs frame records (-fno-omit-frame-pointer, the default of gcc and clang here). */
#define HOOK_HERE() (*(uintptr_t *)__builtin_frame_address(0))
#define HOOK_RETURN(here) ((uintptr_t)__builtin_return_address(0))
#define CALLER_HERE() ((uintptr_t)__builtin_frame_address(0))

static inline uint64_t clock_counter(void)
{
    uint64_t value;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
    return value;
}

static inline void processor_pause(void)
{
    __asm__ volatile("isb");
}

static inline uint64_t clock_counter_behind(void)
{
    __asm__ volatile("isb" ::: "memory");
    return clock_counter();
}

static inline uintptr_t thread_pointer(void)
{
    uintptr_t pointer;
    __asm__("mrs %0, tpidr_el0" : "=r"(pointer));
    return pointer;
}

#define RSEQ_SIGNATURE 0xd428bc00u

static inline bool word_is(const uint64_t *word, uint64_t value)
{
    return word_load(word) == value;
}

static inline bool word_replace(uint64_t *word, uint64_t expected, uint64_t desired)
{
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static inline void word_add(uint64_t *word, uint64_t change)
{
    __atomic_fetch_add(word, change, __ATOMIC_RELAXED);
}

static inline bool frame_is_callee(const struct frame *top, uintptr_t here, uintptr_t site)
{
    (void)site;
    return here < top->here && load_word(here) == top->here;
}

static inline bool thread_is_callee(const struct thread *thread, const struct frame *top, uintptr_t here,
                                    uintptr_t site)
{
    (void)thread;
    return frame_is_callee(top, here, site);
}

static inline bool frame_is_alive(const struct frame *frame)
{
    uintptr_t slot = frame_slot(frame);
    return !slot || load_word(frame->here) == slot;
}

static inline uintptr_t frame_find_slot(uintptr_t here, uintptr_t site, uintptr_t from, uintptr_t limit)
{
    (void)site;
    uintptr_t caller = load_word(here);
    return caller >= from && caller <= limit ? caller : 0;
}

static inline bool frame_slot_holds(uintptr_t here, uintptr_t slot, uintptr_t site)
{
    (void)site;
    return load_word(here) == slot;
}

#else
#error "calltape's runtime knows x86-64 and aarch64"
#endif

/* Whether the exit `left`, below `frame`, of a call of the same function that returns to the same place is that of
 * another one, made within it: its own return address lies between, and none where left's frame pointer tells of it,
 * above frame's place: an older one may lie in what alloca took. */
static inline bool frame_is_around(const struct frame *frame, const struct frame *left)
{
    uintptr_t slot = frame_slot(left);
    if (slot > frame->here && frame_slot_holds(left->here, slot, left->site))
        return false;
    return frame_find_slot(left->here, left->site, left->here, frame->here);
}

COLD uint64_t clock_ns(int clock); /* of clock_gettime(2); 0 where it is forbidden */
COLD uint64_t clock_monotonic_ns(void);

static inline uint64_t clock_now(void)
{
    return likely(runtime.use_tsc) ? clock_counter() : clock_monotonic_ns();
}

/* ~value, computed where it stands: kept from further up it would cost a register that the hooks have to save. */
static inline uintptr_t turned(uintptr_t value)
{
    __asm__ volatile("" : "+r"(value));
    return ~value;
}

/* Where most events go without a time, those that have one can afford to be exact: a load that takes long is in the
 * time of who needs it, not of whoever comes next. */
static inline uint64_t hook_time(void)
{
    return runtime.habits ? clock_counter_behind() : clock_counter();
}

/* What is inlined into one activation shares its place and return address; the same hook call coming again does too,
 * but then the earlier one was left. (The sum: is it the frame's site? Asked like this, it takes no register more.) */
static inline bool frame_is_inlined(const struct frame *top, uintptr_t here, uintptr_t call_site, uintptr_t hook_return)
{
    return here == top->here && top->site + call_site == UINTPTR_MAX && !frame_same_hook(top, hook_return);
}

static inline bool hook_give_up(struct thread *thread)
{
    thread->pending_here = 0;
    return false;
}

/* Announces that the hook at `here` is about to store the word at `state`. False: a signal handler's hooks ran since
 * the state was read. */
static inline bool hook_begin(struct thread *thread, uint64_t state, uintptr_t here)
{
    thread->pending_here = here;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return likely(thread->state == state) || hook_give_up(thread);
}

/* False: its time is not one of the window; the hook has begun in vain. */
static inline bool hook_time_in_window(struct thread *thread, uint64_t *now)
{
    *now = hook_time();
    return likely(thread_in_window(thread, *now)) || hook_give_up(thread);
}

/* For an entry hook that has begun. `here` first: so a frame of which a handler's calls have written a part over is
 * told by theirs (mend_overwritten). */
static inline void frame_put(struct frame *to, struct function *function, uintptr_t here, uintptr_t site,
                             uint64_t hook_return)
{
    to->here = here;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    to->function = function;
    to->site = site;
    to->hook_return = hook_return;
}

static inline void state_move(struct thread *thread, uint64_t change)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    word_add(&thread->state, change);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* False: a signal handler's hooks have run since hook_begin(). */
static inline bool hook_end(struct thread *thread, uintptr_t here)
{
    bool undisturbed = thread->pending_here == here;
    thread->pending_here = 0;
    return undisturbed;
}

/* Stores the word and moves the state, unless a signal handler's hooks have run since the state was read: then nothing
 * has happened. */
static inline bool hook_commit(struct thread *thread, uint64_t state, uint64_t word, uint64_t change, uintptr_t here)
{
    bool done = false;
    if (hook_begin(thread, state, here)) {
        uint64_t *to = &runtime.words[(uint32_t)state];
        *to = word;
        done = word_replace(&thread->state, state, state + change);
        if (unlikely(!done))
            *to = 0;
    }
    if (unlikely(!hook_end(thread, here)))
        slow_hook_ended(thread, here);
    return done;
}

#endif
