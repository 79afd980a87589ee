/* What the hooks cost the program: measured on a function of our own, with and without them, at the start and again
 * now and then, with a fresh chunk and frames that nobody else knows. Includes the calls of the hooks and what is saved
 * around them. */
#include "arch.h"

void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

#define CALLS 64u /* too few for the adaptive clock to learn from them: clock_unlearn() */
#define ROUNDS 3u
#define EVERY_TICKS (UINT64_C(1) << 25)
#define NOINLINE __attribute__((noinline))

typedef uintptr_t subject(uintptr_t value);

static NOINLINE uintptr_t untraced(uintptr_t value)
{
    __asm__ volatile("" : "+r"(value));
    return value + 1;
}

static NOINLINE uintptr_t traced(uintptr_t value)
{
    __cyg_profile_func_enter((void *)traced, __builtin_return_address(0));
    __asm__ volatile("" : "+r"(value));
    __cyg_profile_func_exit((void *)traced, __builtin_return_address(0));
    return value + 1;
}

/* What of a thread the measured hooks change. */
struct position {
    uint64_t state, due, learn_from, window, true_window, written_epoch;
    struct usage usage;
    struct frame *frames, *frames_end;
    struct pace pace;
};

static struct position position_of(const struct thread *thread)
{
    return (struct position){thread->state,       thread->due,           thread->learn_from, thread->window,
                             thread->true_window, thread->written_epoch, thread->usage,      thread->frames,
                             thread->frames_end,  thread->pace};
}

static void set_position(struct thread *thread, const struct position *position)
{
    thread->state = position->state;
    thread->due = position->due;
    thread->learn_from = position->learn_from;
    thread->window = position->window;
    thread->true_window = position->true_window;
    thread->written_epoch = position->written_epoch;
    thread->usage = position->usage;
    thread->frames = position->frames;
    thread->frames_end = position->frames_end;
    thread->pace = position->pace;
}

static NOINLINE uint64_t ticks_of_calls(struct thread *thread, subject *called)
{
    uintptr_t value = 0;
    thread->frames[1].here = CALLER_HERE();
    uint64_t before = clock_now();
    for (uint32_t i = 0; i < CALLS; i++)
        value = called(value);
    return clock_now() - before;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* In 1/16 ticks an event; of the least of some attempts, as anything may come between. */
static uint32_t cost(struct thread *thread, const struct position *start, const struct function *function, uint64_t due)
{
    struct frame frames[4];
    uint64_t with = UINT64_MAX, without = UINT64_MAX;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        set_position(thread, start);
        thread->due = due;
        clock_unlearn(function);
        switches_since(thread);
        thread->frames = frames;
        thread->frames_end = frames + 3;
        thread->sure_low = 0; /* wherever the stack is by now */
        thread->state = STATE_DEPTH | (uint32_t)start->state;
        frames[0] = frames[1] = thread->home.frames[0];
        if (thread->measured)
            thread->window = clock_now();
        without = lesser(without, ticks_of_calls(thread, untraced));
        with = lesser(with, ticks_of_calls(thread, traced));
    }
    return with > without ? (uint32_t)((with - without) * 16 / (2 * CALLS)) : 0;
}

static void clear_words(const struct position *start)
{
    uint64_t *word = runtime.words + (uint32_t)start->state;
    for (uint32_t i = 0; i < 4 * CALLS; i++)
        word[i] = 0;
}

/* The function is known to the hooks only while it is measured, and never to the tape. */
static bool make_known(struct function *function)
{
    uintptr_t none = 0, address = (uintptr_t)traced;
    if (!__atomic_compare_exchange_n(&function->address, &none, address, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) &&
        none != address)
        return false;
    function->timed_entry = CT_ENTRY | CT_TIMED;
    return true;
}

static uint64_t measure(struct thread *thread, struct function *function)
{
    struct position start = position_of(thread);
    bool off = thread->off;
    thread->off = false;
    thread->measured = runtime.use_tsc; /* else the slow hooks are what is to be measured */
    uint32_t timed = cost(thread, &start, function, 0), untimed = 0;
    if (runtime.habits) {
        function->untimed_entry = CT_ENTRY;
        function->untimed_exit = CT_EXIT;
        untimed = cost(thread, &start, function, thread->end);
    }
    function->timed_entry = function->untimed_entry = function->untimed_exit = 0;
    clear_words(&start);
    set_position(thread, &start);
    stack_set_sure(thread);
    thread->measured = false;
    thread->off = off;
    return CT_PROBE(timed, untimed);
}

static uint32_t mean(uint32_t known, uint32_t measured)
{
    return (known * 7 + measured + 4) / 8;
}

/* Other programs on the machine slow the hooks as they do the program: what holds is what was measured lately. */
static uint64_t of_late(uint64_t known, uint64_t measured)
{
    if (!known)
        return measured;
    return CT_PROBE(mean(CT_PROBE_TIMED(known), CT_PROBE_TIMED(measured)),
                    mean(CT_PROBE_UNTIMED(known), CT_PROBE_UNTIMED(measured)));
}

uint64_t probe_cost(struct thread *thread)
{
    static uint64_t cost_known, measured_at;
    static bool busy;
    uint64_t now = clock_now(), at = __atomic_load_n(&measured_at, __ATOMIC_RELAXED);
    struct function *function = function_slot((uintptr_t)traced);
    if ((!at || now - at > EVERY_TICKS) && !__atomic_exchange_n(&busy, true, __ATOMIC_ACQUIRE)) {
        if (make_known(function))
            __atomic_store_n(&cost_known, of_late(cost_known, measure(thread, function)), __ATOMIC_RELAXED);
        __atomic_store_n(&measured_at, now, __ATOMIC_RELAXED);
        __atomic_store_n(&busy, false, __ATOMIC_RELEASE);
    }
    return __atomic_load_n(&cost_known, __ATOMIC_RELAXED);
}
