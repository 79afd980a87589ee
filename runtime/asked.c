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

/* What is asked for at a call of a hook. */
struct wanted {
    const struct plain *plain;
    uint32_t count, first_key;
};

static inline struct wanted wanted_at(const struct asked *what, uintptr_t hook_return)
{
    const struct ct_recipe_site *site = asked_site(what, hook_return);
    if (!site)
        return (struct wanted){0};
    return (struct wanted){what->plain + site->first_recipe, site->recipes, what->first_key};
}

/* Seven bytes tell of all 64 bits. */
static inline bool fits(uint64_t number, bool is_signed)
{
    return is_signed ? (uint64_t)((int64_t)(number << 8) >> 8) == number : number >> 56 == 0;
}

/* Eight bytes from where any slot begins are there: above it is at least the frame's return address. False: not to be
 * had like this. */
static inline bool put_plain(uint64_t *to, const struct plain *from, uint32_t first_key,
                             const struct registers *registers)
{
    uintptr_t at = registers->at[from->from] + (uint64_t)(int64_t)from->offset;
    if (!is_in_frame(registers, at))
        return false;
    uint64_t number = load_word(at) << from->above >> from->above;
    if (!from->above && unlikely(!fits(number, from->is_signed)))
        return false;
    __atomic_store_n(&to[1], CT_SPECIAL(CT_SPECIAL_DATA, number), __ATOMIC_RELEASE);
    __atomic_store_n(&to[0], from->word + first_key, __ATOMIC_RELEASE);
    return true;
}

/* To words that are theirs. False: not all is to be had like this; then none is there. */
static inline bool put_all(uint64_t *to, const struct wanted *wanted, const struct registers *registers)
{
    const struct plain *from = wanted->plain, *end = from + wanted->count;
    for (; from < end; from++, to += 2) {
        if (unlikely(!put_plain(to, from, wanted->first_key, registers)))
            break;
    }
    if (likely(from == end))
        return true;
    while (from-- > wanted->plain)
        to -= 2, to[0] = 0;
    return false;
}

/* ---- entries ---- */

static inline bool is_ordinary_entry(const struct thread *thread, const struct frame *top, uintptr_t call_site,
                                     uintptr_t here, uintptr_t hook_return)
{
    return likely(top < thread->frames_end && (thread_is_callee(thread, top, here, ~call_site) ||
                                               frame_is_inlined(top, here, call_site, hook_return)));
}

static inline bool enter(struct function *function, const struct asked *what, uintptr_t call_site, uintptr_t here,
                         uintptr_t hook_return, const struct registers *registers)
{
    struct thread *thread = current_thread;
    uint64_t state = thread->state, now = clock_counter();
    struct frame *top = thread_frame(thread, state);
    const struct wanted wanted = wanted_at(what, hook_return);
    if (unlikely((uint32_t)state + 2 * (uint64_t)wanted.count >= thread->end ||
                 !is_ordinary_entry(thread, top, call_site, here, hook_return) || !thread_in_window(thread, now)))
        return false;
    top[1] = (struct frame){function, here, ~call_site, hook_return};
    if (unlikely(
            !hook_commit(thread, state, what->entry | (now & CT_CLOCK_MASK), STATE_ENTRY + 2 * wanted.count, here)))
        return false;
    if (unlikely(!put_all(&runtime.words[(uint32_t)state + 1], &wanted, registers)))
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
static inline bool put_results(const struct wanted *wanted, uintptr_t here, const struct registers *registers)
{
    struct thread *thread = current_thread;
    uint64_t state = thread->state;
    return (uint32_t)state + 2 * (uint64_t)wanted->count <= thread->end &&
           hook_commit(thread, state, CT_SPECIAL(CT_SPECIAL_DATA, 0), 2 * wanted->count, here) &&
           put_all(&runtime.words[(uint32_t)state], wanted, registers);
}

/* Ahead of the exit. */
static NOINLINE void tell_results(const struct function *function, const struct asked *what, uintptr_t call_site,
                                  uintptr_t here, uintptr_t hook_return, const struct registers *registers)
{
    const struct wanted wanted = wanted_at(what, hook_return);
    if (unlikely(wanted.count && !put_results(&wanted, here, registers)))
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

/* Of those whose exits are marked. */
void asked_exit(uintptr_t address, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                const struct registers *registers)
{
    const struct function *function = function_slot(address);
    const struct asked *what = ordinary(function, address, registers);
    bool told = what && what->mark && is_ordinary_exit(current_thread, function, here);
    if (told && what->results)
        tell_results(function, what, call_site, here, hook_return, registers);
    if (unlikely(!told || !leave(function, here)))
        slow_exit_with(address, call_site, here, hook_return, registers, told);
}
