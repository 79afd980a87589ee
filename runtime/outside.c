/* The entry of a call that comes from outside: from code that is not recorded, on the stack that is current. Such are
 * outermost calls, and those that a library makes back. They are recorded as the hooks do it, where all that place.c
 * would look at has been learned, and no frame was left; the others are slow.c's. */
#include "recall.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

/* ---- the slot of the new frame; false: place.c is to find it ---- */

static ALWAYS_INLINE bool find_outermost(const struct thread *thread, const struct frame *entered, uint32_t *slot)
{
    if (unlikely(!stack_surely_contains(thread, entered->here) || !place_is_known(entered, slot)))
        return false;
    if (unlikely(*slot == SLOT_UNKNOWN))
        return !place_worth_learning(thread, entered);
    return likely(place_slot_holds(entered, *slot));
}

static inline bool is_same_stack(const struct thread *thread, uintptr_t a, uintptr_t b)
{
    return likely(!thread->signal_size) || stack_is_signal(thread, a) == stack_is_signal(thread, b);
}

/* One recorded call has made another: on a signal stack the hooks do not go by that, as it lies below what is sure. */
static bool is_handlers_callee(const struct thread *thread, const struct frame *top, const struct frame *entered)
{
    return stack_is_signal(thread, top->here) && stack_is_signal(thread, entered->here) &&
           frame_is_callee(top, entered->here, entered->site);
}

static ALWAYS_INLINE bool find_inner(const struct thread *thread, const struct frame *top, const struct frame *entered,
                                     uint32_t *slot)
{
    uintptr_t distance = top->here - entered->here;
    if (unlikely(thread->signal_size && is_handlers_callee(thread, top, entered))) {
        *slot = 0;
        return true;
    }
    if (unlikely(distance > STACK_NEAR && (top->here < entered->here || !stack_surely_contains(thread, entered->here))))
        return false;
    return likely(is_same_stack(thread, top->here, entered->here)) && place_recall_way(top, entered, distance, slot) &&
           likely(frame_is_alive(top));
}

/* ---- its event; false: the thread is not as it was, or is to be looked at ---- */

static ALWAYS_INLINE bool put(struct thread *thread, uintptr_t here, uintptr_t call_site, struct frame *top,
                              uint64_t state, struct function *function, uint64_t word, uint64_t slot)
{
    runtime.words[(uint32_t)state] = word;
    frame_put(&top[1], function, here, turned(call_site), HOOK_RETURN(here) | slot << SLOT_SHIFT);
    state_move(thread, STATE_ENTRY);
    bool undisturbed = hook_end(thread, here);
    if (unlikely(!undisturbed))
        disturbed_entry(function, call_site, here, HOOK_RETURN(here) | slot << SLOT_SHIFT, state);
    return undisturbed;
}

static ALWAYS_INLINE bool put_timed(struct thread *thread, uintptr_t here, uintptr_t call_site, struct frame *top,
                                    uint64_t state, struct function *function, uint32_t slot)
{
    uint64_t now;
    if (unlikely(!hook_begin(thread, state, here) || !hook_time_in_window(thread, &now)))
        return false;
    uint64_t word = word_load(&function->timed_entry) | (now & CT_CLOCK_MASK);
    if (likely(put(thread, here, call_site, top, state, function, word, slot)) && (uint32_t)state >= thread->learn_from)
        clock_learn(thread, function, ENTRY, now, (uint32_t)state);
    return true;
}

static ALWAYS_INLINE bool put_untimed(struct thread *thread, uintptr_t here, uintptr_t call_site, struct frame *top,
                                      uint64_t state, struct function *function, uint32_t slot)
{
    if (unlikely(!hook_begin(thread, state, here)))
        return false;
    uint64_t word = word_load(&function->untimed_entry);
    if (unlikely(!word))
        return hook_give_up(thread);
    put(thread, here, call_site, top, state, function, word, slot);
    return true;
}

/* ---- */

static NOINLINE void outermost_entry(struct thread *thread, uintptr_t here, uintptr_t call_site, struct frame *top,
                                     uint64_t state, struct function *function)
{
    const struct frame entered = {function, here, ~call_site, HOOK_RETURN(here)};
    uint32_t slot;
    if (unlikely(!find_outermost(thread, &entered, &slot) ||
                 !put_timed(thread, here, call_site, top, state, function, slot)))
        slow_entry(word_load(&function->address), call_site, here, HOOK_RETURN(here));
}

static NOINLINE void inner_entry(struct thread *thread, uintptr_t here, uintptr_t call_site, struct frame *top,
                                 uint64_t state, struct function *function)
{
    const struct frame entered = {function, here, ~call_site, HOOK_RETURN(here)};
    uint32_t slot;
    if (unlikely(!find_inner(thread, top, &entered, &slot) ||
                 !put_timed(thread, here, call_site, top, state, function, slot)))
        slow_entry(word_load(&function->address), call_site, here, HOOK_RETURN(here));
}

/* A signal handler's first call, while a hook is at work, is slow.c's; and some after that. */
static inline bool is_undisturbed(const struct thread *thread)
{
    return likely(!thread->pending_here && !thread->interrupted_count);
}

void outside_entry(struct thread *thread, uintptr_t here, uintptr_t call_site, struct frame *top, uint64_t state,
                   struct function *function)
{
    if (unlikely(!is_undisturbed(thread)))
        slow_entry(word_load(&function->address), call_site, here, HOOK_RETURN(here));
    else if (top == thread->frames)
        outermost_entry(thread, here, call_site, top, state, function);
    else
        inner_entry(thread, here, call_site, top, state, function);
}

void outside_untimed_entry(struct thread *thread, uintptr_t here, uintptr_t call_site, struct frame *top,
                           uint64_t state, struct function *function)
{
    const struct frame entered = {function, here, ~call_site, HOOK_RETURN(here)};
    uint32_t slot = 0; /* gcc does not see that it is set */
    if (unlikely(!is_undisturbed(thread) || top >= thread->frames_end ||
                 !(top == thread->frames ? find_outermost(thread, &entered, &slot)
                                         : find_inner(thread, top, &entered, &slot)) ||
                 !put_untimed(thread, here, call_site, top, state, function, slot)))
        timed_entry(word_load(&function->address), call_site, here);
}
