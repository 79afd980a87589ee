/* Where an event belongs, by what the machine's stack says. See the glossary in runtime.h for here, site and slot.
 *
 * x86-64. A stack grows down, so a call's `here` lies below its caller's. Three things tell that open frames are not
 * callers of a new call, though no exit hook was called for them:
 *   - the new one lies above them;
 *   - their slot no longer holds their return address: they were left, and something else stands there now;
 *   - the very same hook call happens again at the same place: a loop or a second call has come back to it.
 * What is inlined into one function shares here, site and slot, and differs in the hook's return address. */
#include "arch.h"

#define PAGE 4096u
#define SEARCH_LIMIT 65536u

/* A function's frame has the same size each time its entry hook is called, so the distance is learned once. */
static int32_t learn_slot(struct thread *thread, const struct frame *entered, uintptr_t limit)
{
    struct learned *learned = &thread->learned[(entered->hook_return >> 1) % LEARNED_COUNT];
    if (learned->hook_return == entered->hook_return && learned->function == entered->function) {
        if (learned->slot == 0 || frame_slot_holds(entered->here, learned->slot, entered->site))
            return (int32_t)learned->slot;
    }
    intptr_t slot = limit - entered->here > SEARCH_LIMIT
                        ? 0
                        : frame_find_slot(entered->here, entered->site, limit + sizeof(uintptr_t));
    *learned = (struct learned){entered->function, slot, entered->hook_return};
    return (int32_t)slot;
}

static uintptr_t page_end(uintptr_t address)
{
    return (address | (PAGE - 1)) + 1 - sizeof(uintptr_t) * 2;
}

/* What is inlined while arguments lie pushed stands a bit below the call that it is part of. */
static int32_t slot_of_callee(struct thread *thread, const struct frame *entered, const struct frame *top)
{
    int32_t slot = learn_slot(thread, entered, top->here);
    if (!slot && top->slot > 0 && entered->site == top->site)
        slot = top->slot + (int32_t)(top->here - entered->here);
    return slot;
}

static bool is_same_call_again(const struct frame *frame, const struct frame *entered)
{
    return frame->function == entered->function && frame->hook_return == entered->hook_return;
}

static bool is_within(const struct frame *frame, uintptr_t address)
{
    return frame->slot > 0 && address > frame->here && address < frame->here + (uintptr_t)frame->slot;
}

/* On a signal stack addresses say nothing about those of the stack that was interrupted. */
enum relation { SAME_STACK, ON_SIGNAL_STACK, LEFT_SIGNAL_STACK };

static enum relation relate(const struct thread *thread, const struct frame *frame, const struct frame *event)
{
    bool frame_there = stack_is_signal(thread, frame->here), event_there = stack_is_signal(thread, event->here);
    return frame_there == event_there ? SAME_STACK : event_there ? ON_SIGNAL_STACK : LEFT_SIGNAL_STACK;
}

struct place place_entry(struct thread *thread, uint32_t depth, const struct frame *entered)
{
    struct stack *stack = thread->stack;
    uint32_t dead = depth > thread->capacity ? depth - (uint32_t)thread->capacity : 0;
    const struct frame *top = &thread->frames[depth - dead];
    if (dead && entered->here < top->here)
        return (struct place){PLACE_HERE, 0, 0};
    for (; top > thread->frames; top--, dead++) {
        if (frame_is_callee(top, entered->here, entered->site))
            return (struct place){PLACE_HERE, dead, frame_callee_slot(top, entered->here)};
        if (entered->here == top->here) {
            if (entered->site == top->site && !is_same_call_again(top, entered))
                return (struct place){PLACE_HERE, dead, top->slot};
            continue;
        }
        if (!stack_contains(thread, stack, top, entered->here))
            return (struct place){.kind = PLACE_OTHER_STACK};
        enum relation relation = relate(thread, top, entered);
        if (relation == LEFT_SIGNAL_STACK)
            continue;
        if (relation == ON_SIGNAL_STACK)
            return (struct place){PLACE_HERE, dead, 0};
        if (entered->here > top->here) {
            if (is_within(top, entered->here) && frame_is_alive(top))
                return (struct place){.kind = PLACE_OTHER_STACK};
            continue;
        }
        if (frame_is_alive(top))
            return (struct place){PLACE_HERE, dead, slot_of_callee(thread, entered, top)};
    }
    if (!stack_contains(thread, stack, NULL, entered->here))
        return (struct place){.kind = PLACE_OTHER_STACK};
    return (struct place){PLACE_HERE, dead, learn_slot(thread, entered, page_end(entered->here))};
}

/* The same activation: its two hooks stand at the same place, or the exit hook was jumped to and stands at the slot
 * (its return address is then the function's own), or arguments that were pushed at the entry have been popped. */
static bool is_exit_of(const struct frame *frame, const struct frame *left)
{
    if (frame->function != left->function)
        return false;
    if (left->here == frame->here || left->here == frame->here + (uintptr_t)(intptr_t)frame->slot)
        return true;
    if (frame->site == left->site && is_within(frame, left->here))
        return true;
    return frame->slot == 0 && left->hook_return == (uint32_t)left->site && frame->site == left->site &&
           left->here > frame->here;
}

struct place place_exit(struct thread *thread, uint32_t depth, const struct frame *left)
{
    uint32_t dead = depth > thread->capacity ? depth - (uint32_t)thread->capacity : 0;
    const struct frame *top = &thread->frames[depth - dead];
    if (dead && left->here < top->here)
        return (struct place){PLACE_HERE, 0, 0};
    for (; top > thread->frames; top--, dead++) {
        if (is_exit_of(top, left))
            return (struct place){PLACE_HERE, dead, 0};
        enum relation relation = relate(thread, top, left);
        if (relation == ON_SIGNAL_STACK)
            break;
        if (relation == SAME_STACK && top->here > left->here) {
            /* alloca or a variable-length array moved the stack between the two hooks. */
            bool moved = top->function == left->function && top->site == left->site &&
                         stack_contains(thread, thread->stack, top, left->here);
            return (struct place){moved ? PLACE_HERE : PLACE_NOWHERE, dead, 0};
        }
    }
    return (struct place){.kind = PLACE_NOWHERE};
}
