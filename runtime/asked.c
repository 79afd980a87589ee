/* The ordinary call of a function that has recipes, as the hooks have that of others; what is not ordinary goes on to
 * slow.c. An entry and its values are taken by one exchange of the thread's state, so that what a signal handler
 * records meanwhile stands behind them all. They are filled then, the entry's word having been there before, and each
 * VALUE after its DATA: one that is never filled leaves nothing that a reader takes for another call's value. */
#include "asked.h"

/* What is asked of the function in this slot, if the hooks left it only for that; else NULL. */
static inline const struct asked *ordinary(const struct function *function, uintptr_t address,
                                           const struct registers *registers)
{
    const struct asked *what = registers && recipes_asked ? asked_of(function) : NULL;
    bool only = what && runtime.mode == RECORDING && word_load(&function->address) == address + what->mark;
    return only ? what : NULL;
}

/* ---- values that are in registers or in the frame ---- */

struct plain_values {
    const struct plain *from;
    uint32_t count, first_key;
    uint64_t data[PLAIN_MOST];
};

/* Seven bytes tell of all 64 bits. */
static inline bool fits(uint64_t number, bool is_signed)
{
    return is_signed ? (uint64_t)((int64_t)(number << 8) >> 8) == number : number >> 56 == 0;
}

/* Eight bytes from where any slot begins are there: above it is at least the frame's return address. False: not to be
 * had like this. */
static inline bool read_plain(uint64_t *data, const struct plain *from, const struct registers *registers)
{
    uintptr_t at = registers->at[from->from] + (uint64_t)(int64_t)from->offset;
    if (unlikely(at - (uintptr_t)registers > FRAME_MOST))
        return false;
    *data = load_word(at) << from->above >> from->above;
    return from->above || likely(fits(*data, from->is_signed));
}

/* What is asked for at this call of a hook. False: not all is to be had like this; then there is none. */
static inline __attribute__((always_inline)) bool read_all(struct plain_values *to, const struct asked *what,
                                                           uintptr_t hook_return, const struct registers *registers)
{
    const struct ct_recipe_site *site = asked_site(what, hook_return);
    uint32_t count = site ? site->recipes : 0;
    to->from = what->plain;
    to->first_key = what->first_key;
    to->count = 0;
    if (!count)
        return true;
    if (unlikely(count > PLAIN_MOST))
        return false;
    to->from += site->first_recipe;
    for (uint32_t i = 0; i < count; i++) {
        if (unlikely(!read_plain(&to->data[i], &to->from[i], registers)))
            return false;
    }
    to->count = count;
    return true;
}

static inline uint64_t data_word(uint64_t data)
{
    return CT_SPECIAL(CT_SPECIAL_DATA, data & CT_PAYLOAD_MASK);
}

/* To words that are the values' own. */
static inline void put_all(uint64_t *to, const struct plain_values *values)
{
    for (uint32_t i = 0; i < values->count; i++) {
        __atomic_store_n(&to[2 * i + 1], data_word(values->data[i]), __ATOMIC_RELEASE);
        __atomic_store_n(&to[2 * i], values->from[i].word + values->first_key, __ATOMIC_RELEASE);
    }
}

/* ---- entries ---- */

static inline bool is_ordinary_entry(const struct thread *thread, const struct frame *top, uintptr_t call_site,
                                     uintptr_t here, uintptr_t hook_return)
{
    return likely(top < thread->frames_end &&
                  (frame_is_callee(top, here, ~call_site) || frame_is_inlined(top, here, call_site, hook_return)));
}

static inline bool enter(struct function *function, const struct asked *what, uintptr_t call_site, uintptr_t here,
                         uintptr_t hook_return, const struct registers *registers)
{
    struct thread *thread = current_thread;
    uint64_t state = thread->state;
    struct frame *top = thread_frame(thread, state);
    uint64_t now = clock_counter(); /* first: the values are read while the processor is at it */
    struct plain_values values;
    bool plain = read_all(&values, what, hook_return, registers);
    if (unlikely((uint32_t)state + 2 * (uint64_t)values.count >= thread->end ||
                 !is_ordinary_entry(thread, top, call_site, here, hook_return) || !thread_in_window(thread, now)))
        return false;
    uint64_t word = what->entry | (now & CT_CLOCK_MASK);
    top[1] = (struct frame){function, here, ~call_site, hook_return};
    if (unlikely(!hook_commit(thread, state, word, STATE_ENTRY + 2 * values.count, here)))
        return false;
    put_all(&runtime.words[(uint32_t)state + 1], &values);
    if (unlikely(!plain))
        recipes_run(function, registers, &(struct caller){~call_site, here, hook_return});
    thread->pace.last.index = 0; /* what recipes take is in no gap to be learned from */
    return true;
}

void asked_entry(uintptr_t address, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                 const struct registers *registers)
{
    struct function *function = function_slot(address);
    const struct asked *what = ordinary(function, address, registers);
    if (unlikely(!what || !enter(function, what, call_site, here, hook_return, registers)))
        slow_entry_with(address, call_site, here, hook_return, registers);
}

/* ---- exits ---- */

/* False: not like this. */
static inline bool put_result(const struct plain_values *values, uintptr_t here)
{
    struct thread *thread = current_thread;
    uint64_t state = thread->state;
    if ((uint32_t)state + 2 * (uint64_t)values->count > thread->end ||
        !hook_commit(thread, state, data_word(values->data[0]), 2 * values->count, here))
        return false;
    put_all(&runtime.words[(uint32_t)state], values);
    return true;
}

/* Ahead of the exit. */
static NOINLINE void tell_result(const struct function *function, const struct asked *what, uintptr_t call_site,
                                 uintptr_t here, uintptr_t hook_return, const struct registers *registers)
{
    struct plain_values values;
    bool plain = read_all(&values, what, hook_return, registers);
    if (unlikely(!plain || (values.count && !put_result(&values, here))))
        recipes_run(function, registers, &(struct caller){~call_site, here, hook_return});
}

static inline bool is_ordinary_exit(const struct thread *thread, const struct function *function, uintptr_t here)
{
    uint64_t state = thread->state;
    const struct frame *top = thread_frame(thread, state);
    return likely((uint32_t)state < thread->end && top <= thread->frames_end && frame_stands_at(top, here) &&
                  top->function == function);
}

static inline bool leave(const struct function *function, uintptr_t here)
{
    struct thread *thread = current_thread;
    uint64_t state = thread->state;
    if (unlikely(!is_ordinary_exit(thread, function, here)))
        return false;
    uint64_t now = clock_counter();
    if (unlikely(!thread_in_window(thread, now) ||
                 !hook_commit(thread, state, CT_EXIT | CT_TIMED | (now & CT_CLOCK_MASK), STATE_EXIT, here)))
        return false;
    thread->pace.last.index = 0;
    return true;
}

/* Only of functions that have results: where arguments alone are asked for the hook does not come here. */
void asked_exit(uintptr_t address, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                const struct registers *registers)
{
    const struct function *function = function_slot(address);
    const struct asked *what = ordinary(function, address, registers);
    bool told = what && what->mark && is_ordinary_exit(current_thread, function, here);
    if (likely(told))
        tell_result(function, what, call_site, here, hook_return, registers);
    if (unlikely(!told || !leave(function, here)))
        slow_exit_with(address, call_site, here, hook_return, registers, told);
}
