/* Events that the hooks leave: each function looks at the thread, mends the one thing that stands in the way, and
 * looks again, until the event is committed like any other. */
#include "arch.h"
#include "sys.h"

/* What a hook was called with. */
struct event {
    uintptr_t address, site, here, hook_return;
    bool entry;
    bool told; /* its values are recorded */
    const struct registers *registers;
    uint32_t switches; /* of stacks, for it */
    uint64_t since;    /* ticks, when it first could be recorded; 0: not yet */
};

/* As a frame of its own, to be compared with others. */
static struct frame frame_of(const struct event *event, struct function *function)
{
    return (struct frame){function, event->here, event->site, event->hook_return};
}

/* An exit's. Its slot is where the frame pointer tells, if it is one: it is where alloca has moved the stack. */
static struct frame frame_left(const struct event *event, struct function *function)
{
    struct frame left = frame_of(event, function);
    uintptr_t distance = event->registers ? event->registers->at[CT_RBP] + sizeof(uintptr_t) - event->here : 0;
    bool known = distance >= sizeof(uintptr_t) && distance <= SLOT_LIMIT;
    frame_set_slot(&left, known ? (uint32_t)(distance / sizeof(uintptr_t)) : SLOT_UNKNOWN);
    return left;
}

/* False: the event can't be recorded now; it has been counted, or kept for later. */
static bool ensure_words(const struct event *event)
{
    if (runtime.mode != NOT_JOINED)
        return is_recording();
    if (early_is()) {
        early_record(event->entry, event->address, event->site, event->here);
        return false;
    }
    if (runtime.off) {
        if (runtime.words) /* it has ended before the program: sandbox.c */
            __atomic_fetch_add(&runtime.arena->lost_events, 1, __ATOMIC_RELAXED);
        return false;
    }
    uint64_t mask;
    signals_block(&mask);
    bool attached = process_attach();
    signals_restore(&mask);
    return attached;
}

static struct function *known_function(struct thread *thread, uintptr_t address)
{
    struct function *known = function_find(address);
    if (known)
        return known;
    uint64_t mask;
    signals_block(&mask);
    known = function_register(thread, address);
    if (thread_has_room(thread))
        thread_put_waited(thread);
    signals_restore(&mask);
    return known;
}

/* While nothing can be recorded, frames that are open on the tape are still taken off as they end, so that what
 * comes later nests rightly. */
static void drop(struct thread *thread, const struct event *event)
{
    __atomic_fetch_add(&runtime.arena->lost_events, 1, __ATOMIC_RELAXED);
    if (!thread->attached)
        return;
    word_add(&thread->dropped, 1);
    struct function *known = event->entry ? NULL : function_find(event->address);
    uint64_t state = thread->state;
    if (!known || !state_depth(state))
        return;
    struct frame left = frame_left(event, known);
    struct place place = place_exit(thread, state_depth(state), &left);
    if (place.kind == PLACE_HERE && place.dead < state_depth(state) &&
        word_replace(&thread->state, state, state - (place.dead + 1) * STATE_DEPTH))
        word_add(&thread->dropped_exits, place.dead + 1);
}

#define DROPS_BETWEEN_TRIES 256
#define DEPTH_MOST (1u << 26)

/* No chunk could be had a moment ago: another try costs more than all the rest. */
static bool is_hopeless(const struct thread *thread)
{
    return thread->attached && !thread->chunk && thread->dropped % DROPS_BETWEEN_TRIES != 0;
}

static bool ensure_room(const struct event *event)
{
    struct thread *thread = current_thread;
    if (thread_has_room(thread))
        return true;
    if (is_hopeless(thread)) {
        drop(thread, event);
        return false;
    }
    uint64_t mask;
    signals_block(&mask);
    bool room;
    if (!thread->attached)
        room = thread_attach(event->here) && thread_has_room(current_thread);
    else
        room = thread_resume(thread) || thread_next_chunk(thread);
    if (!room)
        drop(current_thread, event);
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

/* Told, so that reports can take it out; not where it is so much that something else must have run (preempted.c). */
static void put_cost(struct thread *thread, uint64_t since)
{
    uint64_t took = clock_now() - since;
    if (took < PREEMPTED_LEAST && thread_has_room(thread))
        thread_put(thread, CT_SPECIAL(CT_SPECIAL_COST, 16 * took));
}

/* An entry hook that a handler has interrupted counts its call before it puts its frame right. Another handler may come
 * in between: then there still lies what the first one's calls have left. True: one of the `dead` innermost frames was
 * that; it is the interrupted hook's now. */
static bool mend_overwritten(struct thread *thread, uint64_t state, uint32_t dead)
{
    if (!thread->interrupted_count)
        return false;
    const struct interrupted *hook = &thread->interrupted[thread->interrupted_count - 1];
    bool entry = hook->index && (runtime.words[hook->index] | hook->stored) & CT_ENTRY;
    uint32_t depth = state_depth(state);
    if (!entry || hook->stack != thread->stack || hook->depth < depth - dead || hook->depth >= depth ||
        hook->depth >= thread->stack->capacity)
        return false;
    struct frame *frame = &thread->frames[hook->depth + 1];
    if (frame->here == hook->here)
        return false;
    *frame = (struct frame){
        .function = thread->frames->function, .here = hook->here, .hook_return = (uint64_t)SLOT_UNKNOWN << SLOT_SHIFT};
    return true;
}

/* Unless a frame is mended, which may change how many there are: the event is looked at again in any case.
 * `since`: the event's; unblocking signals, which is to come, takes as long as blocking them. */
static void end_dead(struct thread *thread, uint64_t state, uint32_t dead, uint64_t since)
{
    uint64_t mask, before = clock_now();
    signals_block(&mask);
    uint64_t blocking = clock_now() - before;
    if (thread->state == state && !mend_overwritten(thread, state, dead)) {
        thread_put(thread, CT_SPECIAL(CT_SPECIAL_JUMP, dead));
        thread->state -= dead * STATE_DEPTH;
        put_cost(thread, since - blocking);
    }
    signals_restore(&mask);
}

/* What is learned from gaps is not to be learned from one in which something else ran. */
static void look_at_usage(struct thread *thread)
{
    uint64_t ticks = preempted_ticks(thread, preempted_since(thread));
    if (ticks) {
        thread_put(thread, CT_SPECIAL(CT_SPECIAL_PREEMPTED, ticks));
        thread->pace.last.index = 0;
    }
}

static void begin_window(struct thread *thread, uint64_t state, uint64_t epoch)
{
    uint64_t mask;
    signals_block(&mask);
    if (epoch == thread->written_epoch && thread->state == state)
        look_at_usage(thread);
    if (epoch == thread->written_epoch || put_special(thread, state, CT_SPECIAL(CT_SPECIAL_EPOCH, epoch)))
        thread_set_window(thread, epoch);
    signals_restore(&mask);
}

/* False: no stack to switch to could be found or made. */
static bool switch_stack(struct thread *thread, uint64_t state, const struct frame *frame, bool entry)
{
    uint64_t mask;
    bool done = true;
    if (!entry && !stack_for_exit(thread, frame))
        return false; /* without system calls: where a thread is switched off many exits come here */
    signals_block(&mask);
    if (thread->state == state) {
        struct stack *stack = entry ? stack_for_entry(thread, frame->here, frame->site) : stack_for_exit(thread, frame);
        done = stack && stack != thread->stack;
        if (done)
            stack_switch(thread, stack);
    }
    signals_restore(&mask);
    return done;
}

/* Where frames lie about that were left, each of two stacks may take an entry for one of the other's; one switch is
 * enough otherwise, and another if a handler's hooks come between. */
#define SWITCHES_MOST 2u

/* True: the entry is another stack's, which is current now. */
static bool switch_for_entry(struct thread *thread, uint64_t state, const struct frame *entered,
                             const struct place *place, struct event *event)
{
    return place->kind == PLACE_OTHER_STACK && event->switches++ < SWITCHES_MOST &&
           switch_stack(thread, state, entered, true);
}

/* ---- hooks that signal handlers interrupt ---- */

/* Whether the hook at work has been left by a longjmp: it lies below this one. A handler on a signal stack lies
 * anywhere. */
static bool hook_was_left(struct thread *thread, uintptr_t here)
{
    stack_contains(thread, thread->stack, NULL, here);
    return thread->pending_here <= here &&
           stack_is_signal(thread, here) == stack_is_signal(thread, thread->pending_here);
}

/* If a hook is at work, this one comes from a signal handler that interrupted it. The next word is left to it, and what
 * it has stored there already is kept until it goes on: the handler may never return to it. Where it has counted its
 * word, another one is wasted. */
static void leave_word(struct thread *thread, uintptr_t here)
{
    if (likely(!thread->pending_here))
        return;
    uint64_t mask;
    signals_block(&mask);
    uint32_t index = (uint32_t)thread->state;
    bool free_word = thread->chunk && index / CT_CHUNK_WORDS == thread->chunk;
    if (thread->pending_here && hook_was_left(thread, here)) {
        if (free_word)
            runtime.words[index] = 0;
    } else if (thread->pending_here) {
        thread_add_interrupted(thread, thread->pending_here, free_word ? index : 0);
        thread->state += free_word;
    }
    thread->pending_here = 0;
    signals_restore(&mask);
}

/* The hook at `here` goes on: its word is what it was. The stack that it was on; NULL: it was not noted, but wiped by a
 * fork. */
static struct stack *give_back_word(struct thread *thread, uintptr_t here)
{
    const struct interrupted *hook = thread_find_interrupted(thread, here);
    if (!hook)
        return thread->interrupted_more ? thread->stack : NULL;
    if (hook->index && !runtime.words[hook->index])
        runtime.words[hook->index] = hook->stored;
    return hook->stack;
}

/* The handler's calls that it did not end (it jumped out of them) are ended: `depth` is what is open without them. */
static void end_handlers_calls(struct thread *thread, uint32_t depth)
{
    uint32_t open = state_depth(thread->state);
    if (open <= depth || (!thread_has_room(thread) && !thread_next_chunk(thread)))
        return;
    thread_put(thread, CT_SPECIAL(CT_SPECIAL_JUMP, open - depth));
    thread->state -= (open - depth) * STATE_DEPTH;
}

/* The hook at `here` has counted its event on the current stack, by adding `change` to `state`; if a handler has
 * switched to another stack and not back, it belongs to the one before. NULL: a handler has forked, and this is the
 * child; what was counted in it only is taken back. */
static struct stack *settle(struct thread *thread, uintptr_t here, uint64_t state, uint64_t change)
{
    struct stack *stack = give_back_word(thread, here);
    thread_end_interrupted(thread, here);
    if (stack == thread->stack && stack) {
        end_handlers_calls(thread, state_depth(state + change));
    } else if (stack) {
        thread->state -= change - 1;
        stack->depth = state_depth(state + change);
    } else if (!thread_counted_before_fork(thread, here, state, change)) {
        thread->state = thread->attached ? thread->state - (change - 1) : 0;
    }
    return stack;
}

void slow_hook_ended(struct thread *thread, uintptr_t here)
{
    uint64_t mask;
    signals_block(&mask);
    thread_end_interrupted(thread, here);
    signals_restore(&mask);
}

void disturbed_entry(struct function *function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                     uint64_t state)
{
    struct thread *thread = current_thread;
    uint32_t depth = state_depth(state + STATE_ENTRY);
    uint64_t mask;
    signals_block(&mask);
    struct stack *stack = settle(thread, here, state, STATE_ENTRY);
    if (stack && depth <= stack->capacity)
        stack->frames[depth] = (struct frame){function, here, ~call_site, hook_return};
    signals_restore(&mask);
    if (!stack && !thread_counted_before_fork(thread, here, state, STATE_ENTRY))
        slow_entry(function_address(function), call_site, here, hook_return & HOOK_RETURN_MASK);
}

void disturbed_exit(uintptr_t address, uintptr_t call_site, uintptr_t here, uintptr_t hook_return, uint64_t state)
{
    struct thread *thread = current_thread;
    uint64_t mask;
    signals_block(&mask);
    struct stack *stack = settle(thread, here, state, STATE_EXIT);
    signals_restore(&mask);
    if (!stack && !thread_counted_before_fork(thread, here, state, STATE_EXIT))
        slow_exit(address, call_site, here, hook_return);
}

/* ---- the slow hooks ---- */

static bool commit_timed(struct thread *thread, uint64_t state, struct function *function, enum event_kind kind,
                         uintptr_t here)
{
    uint64_t now = clock_now();
    uint64_t tag = kind == ENTRY ? CT_ENTRY | (uint64_t)function_id(function) << CT_CLOCK_BITS : CT_EXIT;
    if (now - thread->true_window >= WINDOW_TICKS) {
        begin_window(thread, state, now >> CT_EPOCH_SHIFT);
        return false;
    }
    if (!hook_commit(thread, state, tag | CT_TIMED | (now & CT_CLOCK_MASK), kind == ENTRY ? STATE_ENTRY : STATE_EXIT,
                     here))
        return false;
    if (recipes_has(function))
        thread->pace.last.index = 0; /* what recipes take is in no gap to be learned from */
    else if ((uint32_t)state >= thread->learn_from && function_id(function))
        clock_learn(thread, function, kind, now, (uint32_t)state);
    return true;
}

static void tell_values(const struct event *event, const struct function *function)
{
    const struct caller caller = {event->site, event->here, event->hook_return};
    if (event->registers && recipes_has(function))
        recipes_run(function, event->registers, &caller);
}

static void put_frame(struct thread *thread, uint64_t state, const struct frame *entered, const struct place *place)
{
    struct frame *top = thread_frame(thread, state);
    if (top >= thread->frames_end)
        return;
    top[1] = *entered;
    frame_set_slot(&top[1], place->slot);
    top[1].here = place->here ? place->here : entered->here;
    if (unlikely(entered->here < thread->sure_low))
        stack_grew(thread, top, entered);
}

/* Whether the call is counted only. */
static bool is_left_out(struct thread *thread, const struct function *function)
{
    uint32_t answer = left_answer(function);
    if (answer & CT_ANSWER_ON)
        thread->off = false;
    return answer & CT_ANSWER_LEFT_OUT || (thread->off && function_id(function));
}

/* False: the thread was not as it has to be for this; it is now, or differs in something else. */
static bool try_entry(struct thread *thread, struct event *event)
{
    struct function *function = known_function(thread, event->address);
    if (is_left_out(thread, function)) {
        left_count(thread, function);
        return true;
    }
    struct frame entered = frame_of(event, function);
    uint64_t state = thread->state;
    if ((uint32_t)state >= thread->end)
        return false;
    struct place place = place_entry(thread, state_depth(state), &entered);
    if (switch_for_entry(thread, state, &entered, &place, event))
        return false;
    if (place.kind == PLACE_HERE && place.dead) {
        end_dead(thread, state, place.dead, event->since);
        return false;
    }
    put_frame(thread, state, &entered, &place);
    if (!commit_timed(thread, state, function, ENTRY, event->here))
        return false;
    tell_values(event, function);
    return true;
}

/* An exit whose entry is on no stack of this thread: recorded from the middle on, or begun on another thread. With
 * triggers most are of calls that began while the thread was off. */
static bool put_stray(struct thread *thread, uint64_t state, const struct function *function, uintptr_t here)
{
    if (left_has_triggers())
        return true;
    return hook_commit(thread, state, CT_SPECIAL(CT_SPECIAL_STRAY, function_id(function)), 1, here);
}

static bool try_exit(struct thread *thread, struct event *event)
{
    struct function *function = known_function(thread, event->address);
    if (left_answer(function) & CT_ANSWER_LEFT_OUT)
        return true;
    struct frame left = frame_left(event, function);
    uint64_t state = thread->state;
    if ((uint32_t)state >= thread->end)
        return false;
    struct place place = place_exit(thread, state_depth(state), &left);
    if (place.kind == PLACE_NOWHERE)
        return !switch_stack(thread, state, &left, false) && put_stray(thread, state, function, event->here);
    if (place.dead) {
        end_dead(thread, state, place.dead, event->since);
        return false;
    }
    if (!event->told && recipes_has(function)) {
        event->told = true;
        tell_values(event, function);
        return false;
    }
    return commit_timed(thread, state, function, EXIT, event->here);
}

/* A hook that was interrupted twice while stacks changed may have counted its exit on one where nothing was open. */
static void mend_depth(struct thread *thread)
{
    uint64_t state = thread->state;
    if (unlikely(state_depth(state) > DEPTH_MOST))
        word_replace(&thread->state, state, (uint32_t)state);
}

/* The thread lost its processor while its hooks were measured: another attempt tells. The mode first: what is a
 * thread's can't be had before relocation. */
static bool is_measured(void)
{
    return unlikely(runtime.mode != NOT_JOINED && current_thread->measured);
}

/* False: the event can't be recorded; it has been seen to. */
static bool is_ready(struct event *event)
{
    if (is_measured() || !ensure_words(event))
        return false;
    if (unlikely(thread_find_interrupted(current_thread, event->here)))
        slow_hook_ended(current_thread, event->here); /* it gave up once the handler had returned */
    leave_word(current_thread, event->here);
    mend_depth(current_thread);
    if (!ensure_room(event))
        return false;
    event->since = event->since ? event->since : clock_now();
    return true;
}

void slow_entry_with(uintptr_t address, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                     const struct registers *registers)
{
    struct event event = {address, ~call_site, here, hook_return, true, false, registers, 0, 0};
    while (is_ready(&event) && !try_entry(current_thread, &event))
        ;
}

/* On the current stack. */
static bool is_open(const struct thread *thread, const struct function *function)
{
    uint32_t depth = state_depth(thread->state), capacity = thread_capacity(thread);
    const struct frame *frame = &thread->frames[depth < capacity ? depth : capacity];
    while (frame > thread->frames && frame->function != function)
        frame--;
    return frame > thread->frames;
}

/* Whether or not the call that ends was recorded; one within another that is recorded does not count. */
static void switch_off(struct thread *thread, uintptr_t address)
{
    const struct function *function = runtime.mode == FILTERING ? function_find(address) : NULL;
    if (function && left_answer(function) & CT_ANSWER_OFF && !thread->off && !is_open(thread, function))
        thread->off = true;
}

void slow_exit_with(uintptr_t address, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                    const struct registers *registers, bool told)
{
    struct event event = {address, ~call_site, here, hook_return, false, told, registers, 0, 0};
    while (is_ready(&event) && !try_exit(current_thread, &event))
        ;
    switch_off(current_thread, address);
}

/* ---- for values.c ---- */

bool slow_joined(void)
{
    static const struct event none = {.entry = true};
    if (runtime.mode == PAUSED)
        thread_pause(current_thread);
    return (runtime.mode != NOT_JOINED || !early_is()) && ensure_words(&none);
}

static void next_chunk(struct thread *thread)
{
    uint64_t mask;
    signals_block(&mask);
    thread_next_chunk(thread);
    signals_restore(&mask);
}

/* False: something was mended. */
static bool try_settle(struct thread *thread, const struct caller *caller, uint32_t words, struct event *event)
{
    /* One whose code begins behind the call: it is never taken for what has replaced the caller. */
    struct function function = {.address = caller->hook_return + 1};
    struct frame told = {&function, caller->here, caller->site, caller->hook_return};
    uint64_t state = thread->state;
    if ((uint32_t)state + (uint64_t)words > thread->end) {
        next_chunk(thread);
        return false;
    }
    if (state_depth(state) && thread_frame(thread, state)->here == caller->here)
        return true;
    struct place place = place_entry(thread, state_depth(state), &told);
    if (switch_for_entry(thread, state, &told, &place, event))
        return false;
    if (place.kind == PLACE_HERE && place.dead)
        end_dead(thread, state, place.dead, event->since);
    return place.kind != PLACE_HERE || !place.dead;
}

bool slow_settle(const struct caller *caller, uint32_t words)
{
    struct event event = {0, caller->site, caller->here, caller->hook_return, true, true, NULL, 0, 0};
    while (is_ready(&event)) {
        if (try_settle(current_thread, caller, words, &event))
            return true;
    }
    return false;
}
