/* Events that the hooks leave: each function looks at the thread, mends the one thing that stands in the way, and
 * looks again, until the event is committed like any other. */
#include "arch.h"
#include "sys.h"

/* False: the event can't be recorded now; it has been counted, or kept for later. */
static bool ensure_words(bool entry, const struct frame *event)
{
    if (runtime.words)
        return true;
    if (early_is()) {
        early_record(entry, event->function, event->site, event->here);
        return false;
    }
    if (runtime.off)
        return false;
    uint64_t mask;
    signals_block(&mask);
    bool attached = process_attach();
    signals_restore(&mask);
    return attached;
}

/* While nothing can be recorded, frames that are open on the tape are still taken off as they end, so that what
 * comes later nests rightly. */
static void drop(struct thread *thread, bool entry, const struct frame *event)
{
    __atomic_fetch_add(&runtime.arena->lost_events, 1, __ATOMIC_RELAXED);
    if (!thread->attached)
        return;
    thread->dropped++;
    if (entry)
        return;
    uint64_t state = thread->state;
    struct place place = place_exit(thread, state_depth(state), event);
    if (place.kind == PLACE_HERE && place.dead < state_depth(state)) {
        thread->dropped_exits += place.dead + 1;
        thread->state = state - ((uint64_t)(place.dead + 1) << 32);
    }
}

#define DROPS_BETWEEN_TRIES 256

static bool ensure_room(bool entry, const struct frame *event)
{
    struct thread *thread = current_thread;
    if (state_has_room(thread->state))
        return true;
    uint64_t mask;
    signals_block(&mask);
    bool room;
    if (!thread->attached)
        room = thread_attach(event->here) && state_has_room(current_thread->state);
    else
        room = thread->dropped % DROPS_BETWEEN_TRIES == 0 && thread_next_chunk(thread);
    if (!room)
        drop(current_thread, entry, event);
    signals_restore(&mask);
    return room;
}

/* One word that is no event of its own, if the thread is still as it was seen. */
static bool put_special(struct thread *thread, uint64_t state, uint64_t word)
{
    if (thread->state != state)
        return false;
    thread_put(thread, word);
    return true;
}

static void end_dead(struct thread *thread, uint64_t state, uint32_t dead)
{
    uint64_t mask;
    signals_block(&mask);
    if (put_special(thread, state, CT_SPECIAL(CT_SPECIAL_JUMP, dead)))
        thread->state -= (uint64_t)dead << 32;
    signals_restore(&mask);
}

static void begin_epoch(struct thread *thread, uint64_t state, uint64_t now)
{
    uint64_t mask;
    signals_block(&mask);
    if (put_special(thread, state, CT_SPECIAL(CT_SPECIAL_EPOCH, now >> CT_EPOCH_SHIFT)))
        thread_set_epoch(thread, now >> CT_EPOCH_SHIFT);
    signals_restore(&mask);
}

/* False: no stack to switch to could be found or made. */
static bool switch_stack(struct thread *thread, uint64_t state, const struct frame *event, bool entry)
{
    uint64_t mask;
    bool done = true;
    signals_block(&mask);
    if (thread->state == state) {
        struct stack *stack = entry ? stack_for_entry(thread, event->here, event->site)
                                    : stack_for_exit(thread, event->function, event->here);
        done = stack != NULL;
        if (stack)
            stack_switch(thread, stack);
    }
    signals_restore(&mask);
    return done;
}

static const struct function *known_function(struct thread *thread, uintptr_t address)
{
    const struct function *known = function_find(address);
    if (known)
        return known;
    uint64_t mask;
    signals_block(&mask);
    known = function_register(thread, address);
    signals_restore(&mask);
    return known;
}

/* Whether the interrupted hook has been left by a longjmp: it lies below this one, or the frames that it was called in
 * are gone. A handler on a signal stack lies anywhere. */
static bool hook_was_left(struct thread *thread, uintptr_t here)
{
    if (state_depth(thread->state) + 1 < state_depth(thread->pending))
        return true;
    stack_contains(thread, thread->stack, NULL, here);
    return thread->pending_here <= here &&
           stack_is_signal(thread, here) == stack_is_signal(thread, thread->pending_here);
}

/* True: the word at `state` is free for the taking. Else it is an interrupted hook's, and has been stepped over. */
static bool step_over(struct thread *thread, uint64_t state, uintptr_t here)
{
    if (!thread->pending)
        return true;
    if ((uint32_t)thread->pending == (uint32_t)state) {
        thread->stepped_over = (uint32_t)state;
        state_commit(&thread->state, state, state + 1);
        return false;
    }
    if (hook_was_left(thread, here)) {
        /* What it had stored without committing it must not be read as an event. */
        if (thread->stepped_over == (uint32_t)thread->pending)
            runtime.words[thread->stepped_over] = 0;
        thread->pending = 0;
    }
    return true;
}

static bool commit(struct thread *thread, uint64_t state, uint64_t word, int64_t depth_change, uintptr_t here)
{
    uint64_t outer = thread->pending;
    uintptr_t outer_here = thread->pending_here;
    bool done = hook_begin(thread, state, here) && event_commit(thread, state, word, depth_change);
    hook_end(thread);
    thread->pending_here = outer_here;
    thread->pending = outer;
    return done;
}

void slow_entry(uintptr_t function, uintptr_t site, uintptr_t here, uintptr_t hook_return)
{
    struct frame entered = {function, here, site, (uint32_t)hook_return, 0};
    while (ensure_words(true, &entered) && ensure_room(true, &entered)) {
        struct thread *thread = current_thread;
        const struct function *known = known_function(thread, function);
        uint64_t state = thread->state;
        if (!state_has_room(state) || !step_over(thread, state, here))
            continue;
        struct place place = place_entry(thread, state_depth(state), &entered);
        if (place.kind == PLACE_OTHER_STACK && switch_stack(thread, state, &entered, true))
            continue;
        if (place.kind == PLACE_HERE && place.dead) {
            end_dead(thread, state, place.dead);
            continue;
        }
        if (state_depth(state) < thread->capacity) {
            struct frame *frame = &thread->frames[state_depth(state) + 1];
            *frame = entered;
            frame->slot = place.slot;
            frame->here = place.here ? place.here : here;
        }
        uint64_t now = clock_now();
        if (now >> CT_EPOCH_SHIFT != thread->written_epoch)
            begin_epoch(thread, state, now);
        else if (commit(thread, state,
                        CT_ENTRY | CT_TIMED | function_id(known) << CT_CLOCK_BITS | (now & CT_CLOCK_MASK), 1, here))
            return;
    }
}

/* An exit whose entry is on no stack of this thread: recorded from the middle on, or begun on another thread. */
static bool put_stray(struct thread *thread, uint64_t state, uintptr_t function, uintptr_t here)
{
    const struct function *known = known_function(thread, function);
    return commit(thread, state, CT_SPECIAL(CT_SPECIAL_STRAY, function_id(known)), 0, here);
}

void slow_exit(uintptr_t function, uintptr_t site, uintptr_t here, uintptr_t hook_return)
{
    struct frame left = {function, here, site, (uint32_t)hook_return, 0};
    while (ensure_words(false, &left) && ensure_room(false, &left)) {
        struct thread *thread = current_thread;
        uint64_t state = thread->state;
        if (!state_has_room(state) || !step_over(thread, state, here))
            continue;
        struct place place = place_exit(thread, state_depth(state), &left);
        if (place.kind == PLACE_NOWHERE) {
            if (switch_stack(thread, state, &left, false))
                continue;
            if (put_stray(thread, state, function, here))
                return;
            continue;
        }
        if (place.dead) {
            end_dead(thread, state, place.dead);
            continue;
        }
        uint64_t now = clock_now();
        if (now >> CT_EPOCH_SHIFT != thread->written_epoch)
            begin_epoch(thread, state, now);
        else if (commit(thread, state, CT_EXIT | CT_TIMED | (now & CT_CLOCK_MASK), -1, here))
            return;
    }
}
