/* The hot path, whole. Ordinary: the thread has room, the function is known, and the call is one from the innermost
 * open call (entry), or the innermost open call itself (exit). Everything else is slow.c's, but for entries that come
 * from code that is not recorded: most of these are as cheap (outside.c). An event that clock.c takes to need no time
 * is done with at once; the others, all that follow upon something else that the system ran (`unswitched`), and all of
 * them where every event is to have its time (`due` is 0), leave for the hooks that read the clock.
 *
 * Signal handlers may call traced functions at any point of a hook. A hook announces itself (`pending_here`) once it
 * knows that it can record its event; a handler's first hook, whose call comes from nothing recorded, leaves that to
 * slow.c where it finds an announcement: it takes that away and leaves the word that the interrupted hook is about to
 * store free. That one moves the state by an addition, which is right wherever the handler has left it, and finds its
 * announcement gone. */
#include "arch.h"

void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

NOINLINE void timed_entry(uintptr_t address, uintptr_t call_site, uintptr_t here)
{
    struct thread *thread = current_thread;
    uint64_t state = thread->state;
    struct frame *top = thread_frame(thread, state);
    struct function *function = function_slot(address);
    if (likely(word_load(&function->timed_entry) && word_is(&function->address, address) &&
               (uint32_t)state < thread->end && top < thread->frames_end)) {
        if (unlikely(!thread_is_callee(thread, top, here, ~call_site) &&
                     !frame_is_inlined(top, here, call_site, HOOK_RETURN(here)))) {
            outside_entry(thread, here, call_site, top, state, function);
            return;
        }
        uint64_t now;
        if (likely(hook_begin(thread, state, here) && hook_time_in_window(thread, &now))) {
            frame_put(&top[1], function, here, turned(call_site), HOOK_RETURN(here));
            runtime.words[(uint32_t)state] = word_load(&function->timed_entry) | (now & CT_CLOCK_MASK);
            state_move(thread, STATE_ENTRY);
            if (unlikely(!hook_end(thread, here)))
                disturbed_entry(function, call_site, here, HOOK_RETURN(here), state);
            else if ((uint32_t)state >= thread->learn_from)
                clock_learn(thread, function, ENTRY, now, (uint32_t)state);
            return;
        }
    }
    slow_entry(address, call_site, here, HOOK_RETURN(here));
}

static NOINLINE void timed_exit(uintptr_t address, uintptr_t call_site, uintptr_t here)
{
    struct thread *thread = current_thread;
    uint64_t state = thread->state;
    const struct frame *top = thread_frame(thread, state);
    if (likely((uint32_t)state < thread->end && top <= thread->frames_end && frame_stands_at(top, here) &&
               word_load(&top->function->address) == address && hook_begin(thread, state, here))) {
        uint64_t now = hook_time();
        if (likely(thread_in_window(thread, now))) {
            struct function *function = top->function;
            runtime.words[(uint32_t)state] = CT_EXIT | CT_TIMED | (now & CT_CLOCK_MASK);
            state_move(thread, STATE_EXIT);
            if (unlikely(!hook_end(thread, here)))
                disturbed_exit(address, call_site, here, HOOK_RETURN(here), state);
            else if ((uint32_t)state >= thread->learn_from)
                clock_learn(thread, function, EXIT, now, (uint32_t)state);
            return;
        }
        thread->pending_here = 0;
    }
    slow_exit(address, call_site, here, HOOK_RETURN(here));
}

/* False: it needs a time, or a signal handler's hooks have run since the state was read. */
static inline bool untimed_entry(struct thread *thread, uint64_t state, struct function *function, uintptr_t call_site,
                                 uintptr_t here)
{
    if (unlikely(!hook_begin(thread, state, here)))
        return false;
    uint64_t word = word_load(&function->untimed_entry);
    if (unlikely(!word))
        return hook_give_up(thread);
    runtime.words[(uint32_t)state] = word;
    frame_put(&thread_frame(thread, state)[1], function, here, turned(call_site), HOOK_RETURN(here));
    state_move(thread, STATE_ENTRY);
    if (unlikely(!hook_end(thread, here)))
        disturbed_entry(function, call_site, here, HOOK_RETURN(here), state);
    return true;
}

/* Apart from the hook, which so does with the registers that it need not save. */
static NOINLINE void inlined_entry(uintptr_t address, uintptr_t call_site, uintptr_t here)
{
    struct thread *thread = current_thread;
    uint64_t state = thread->state;
    struct function *function = function_slot(address);
    struct frame *top = thread_frame(thread, state);
    if (unlikely((uint32_t)state >= (uint32_t)thread->due || word_load(&function->address) != address))
        timed_entry(address, call_site, here);
    else if (unlikely(!frame_is_inlined(top, here, call_site, HOOK_RETURN(here))))
        outside_untimed_entry(thread, here, call_site, top, state, function);
    else if (unlikely(!untimed_entry(thread, state, function, call_site, here)))
        timed_entry(address, call_site, here);
}

/* Its calls are never recorded. */
static inline bool is_left_out(const struct function *function, uintptr_t address)
{
    return word_load(&function->address) == address + MARK_LEFT_OUT;
}

EXPORT void __cyg_profile_func_enter(void *called, void *call_site)
{
    uintptr_t address = (uintptr_t)called, here = HOOK_HERE();
    if (unlikely(runtime.mode != RECORDING)) {
        if (unlikely(runtime.mode != FILTERING)) {
            if (runtime.mode == PAUSED)
                thread_pause(current_thread);
            else
                slow_entry(address, (uintptr_t)call_site, here, HOOK_RETURN(here));
            return;
        }
        /* So that the thread is not looked at before the mode. */
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        const struct function *function = function_slot(address);
        struct thread *thread = current_thread;
        if (likely(is_left_out(function, address) && thread->left)) {
            word_add(&thread->left[function->untimed_exit], 1);
            return;
        }
        if (unlikely(thread->off)) {
            left_entry(address, (uintptr_t)call_site, here);
            return;
        }
    }
    struct thread *thread = current_thread;
    uint64_t state = thread->state;
    if (likely((uint32_t)state < (uint32_t)thread->due && !word_is(thread->unswitched, 0))) {
        struct function *function = function_slot(address);
        if (unlikely(!thread_is_callee(thread, thread_frame(thread, state), here, ~(uintptr_t)call_site))) {
            inlined_entry(address, (uintptr_t)call_site, here);
            return;
        }
        if (likely(word_is(&function->address, address) &&
                   untimed_entry(thread, state, function, (uintptr_t)call_site, here)))
            return;
    }
    timed_entry(address, (uintptr_t)call_site, here);
}

/* The exit hook was jumped to by what the innermost open call has called: a part split off that call's function, or
 * with triggers a call that was not recorded (place_is_exit_of). */
static inline bool is_exit_of_callee(const struct thread *thread, uintptr_t call_site, uintptr_t here)
{
    return HOOK_RETURN(here) == call_site && thread_frame(thread, thread->state)->here == here;
}

EXPORT void __cyg_profile_func_exit(void *called, void *call_site)
{
    uintptr_t address = (uintptr_t)called, here = HOOK_HERE();
    if (unlikely(runtime.mode != RECORDING)) {
        if (unlikely(runtime.mode != FILTERING)) {
            if (runtime.mode == PAUSED)
                thread_pause(current_thread);
            else
                slow_exit(address, (uintptr_t)call_site, here, HOOK_RETURN(here));
            return;
        }
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        if (is_left_out(function_slot(address), address))
            return;
        if (unlikely(current_thread->off)) {
            left_exit(address, (uintptr_t)call_site, here);
            return;
        }
        if (unlikely(is_exit_of_callee(current_thread, (uintptr_t)call_site, here))) {
            slow_exit(address, (uintptr_t)call_site, here, HOOK_RETURN(here));
            return;
        }
    }
    struct thread *thread = current_thread;
    uint64_t state = thread->state;
    const struct frame *top = thread_frame(thread, state);
    /* Its place first: where a signal handler has changed stacks meanwhile nothing else may be there. */
    if (likely((uint32_t)state < (uint32_t)thread->due && !word_is(thread->unswitched, 0) &&
               frame_stands_at(top, here))) {
        const struct function *function = top->function;
        uint64_t word = word_load(&function->untimed_exit);
        if (likely(word_load(&function->address) == address && word && hook_begin(thread, state, here))) {
            runtime.words[(uint32_t)state] = word;
            state_move(thread, STATE_EXIT);
            if (unlikely(!hook_end(thread, here)))
                disturbed_exit(address, (uintptr_t)call_site, here, HOOK_RETURN(here), state);
            return;
        }
    }
    timed_exit(address, (uintptr_t)call_site, here);
}
