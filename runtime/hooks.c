/* The hot path, whole. Ordinary: the thread has room in its chunk, the function is known, and the call is one from
 * the innermost open call (entry), or the innermost open call itself (exit). Everything else is slow.c's.
 *
 * What is written before the commit counts for nothing until then, so a signal handler that comes at any point, and
 * calls traced functions, finds a sound thread; and the hook that it interrupted finds that the state has changed.
 * A handler's hooks see in `pending` that they have interrupted one, and go the slow way. */
#include "arch.h"

void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

#define EXPORT __attribute__((visibility("default")))

EXPORT void __cyg_profile_func_enter(void *called, void *call_site)
{
    uintptr_t function = (uintptr_t)called, site = ~(uintptr_t)call_site, here = HOOK_HERE();
    uintptr_t hook_return = (uintptr_t)__builtin_return_address(0);
    if (likely(runtime.words)) {
        struct thread *thread = current_thread;
        uint64_t state = thread->state;
        struct frame *top = thread->frames + state_depth(state);
        uint64_t id = function_known_id(function);
        int32_t slot;
        /* The room is asked for first: without it there may be no frames either. */
        if (likely(state_has_room(state) && !thread->pending && state_depth(state) < thread->capacity && id &&
                   frame_called_by(top, here, site, hook_return, &slot))) {
            bool done = false;
            if (likely(hook_begin(thread, state, here))) {
                top[1] = (struct frame){function, here, site, (uint32_t)hook_return, slot};
                uint64_t now = clock_counter();
                uint64_t word = CT_ENTRY | CT_TIMED | id << CT_CLOCK_BITS | (now & CT_CLOCK_MASK);
                done = likely(now >> CT_EPOCH_SHIFT == thread->epoch) && event_commit(thread, state, word, 1);
            }
            hook_end(thread);
            if (likely(done))
                return;
        }
    }
    slow_entry(function, site, here, hook_return);
}

EXPORT void __cyg_profile_func_exit(void *called, void *call_site)
{
    uintptr_t function = (uintptr_t)called, here = HOOK_HERE();
    if (likely(runtime.words)) {
        struct thread *thread = current_thread;
        uint64_t state = thread->state;
        const struct frame *top = thread->frames + state_depth(state);
        if (likely(state_has_room(state) && !thread->pending && state_depth(state) <= thread->capacity &&
                   top->function == function && frame_stands_at(top, here))) {
            bool done = false;
            if (likely(hook_begin(thread, state, here))) {
                uint64_t now = clock_counter();
                uint64_t word = CT_EXIT | CT_TIMED | (now & CT_CLOCK_MASK);
                done = likely(now >> CT_EPOCH_SHIFT == thread->epoch) && event_commit(thread, state, word, -1);
            }
            hook_end(thread);
            if (likely(done))
                return;
        }
    }
    slow_exit(function, ~(uintptr_t)call_site, here, (uintptr_t)__builtin_return_address(0));
}
