/* Where an event belongs, by what the machine's stack says. See the glossary in runtime.h for here, site and slot.
 *
 * x86-64. A stack grows down, so a call's `here` lies below its caller's. Open frames are not callers of a new call,
 * though no exit hook was called for them, when
 *   - the new one lies above them, or its return address does;
 *   - their slot, or that of a frame further out, no longer holds its return address: it was left, and something else
 *     stands there now. Only the outermost frame that was left is sure to be overwritten: the place of the others may
 *     lie untouched within a large new frame;
 *   - the very same hook call happens again at the same place: a loop or a second call has come back to it.
 * What is inlined into one function shares here, site and slot, and differs in the hook's return address. */
#include "recall.h"

#define SEARCH_LIMIT 65536u
_Static_assert(SEARCH_LIMIT <= SLOT_LIMIT, "slots are kept in sixteen bits");
#define CHAIN_LIMIT 1024u

uint64_t place_slots[PLACE_KNOWN], place_ways[PLACE_KNOWN];

static void learn_slot(const struct frame *entered, uint32_t slot)
{
    __atomic_store_n(place_slot_word(entered), entered->hook_return << 16 | slot, __ATOMIC_RELAXED);
}

static uint32_t slot_of(const struct frame *entered, uintptr_t address)
{
    return address ? (uint32_t)((address - entered->here) / sizeof(uintptr_t)) : 0;
}

/* Whether a frame's hook stood at `address`: then what returns to there was called by it. */
static bool is_callers(const struct frame *frame, const struct frame *floor, uintptr_t address)
{
    while (frame > floor && frame->here < address)
        frame--;
    return frame > floor && frame->here == address;
}

/* Of two that return to the same place: is `entered` inlined into the function that `top` is part of, or did another
 * function take its place? By where the hook's call lies: in the code of the outermost one that returns there, or
 * behind the start of entered's own. (The low halves of the addresses do.) A span has no code of its own. */
static bool is_part_of(const struct frame *top, const struct frame *floor, const struct frame *entered)
{
    uintptr_t slot = frame_slot(top);
    const struct frame *outermost = top;
    if (values_is_span(entered->function->address))
        return true;
    while (outermost - 1 > floor && frame_slot(outermost - 1) == slot)
        outermost--;
    int32_t from_outermost =
        (int32_t)((uint32_t)entered->hook_return - (uint32_t)function_address(outermost->function));
    int32_t from_own = (int32_t)((uint32_t)entered->hook_return - (uint32_t)function_address(entered->function));
    return from_outermost >= 0 && (from_own < 0 || from_own > from_outermost);
}

static uint32_t search_slot(struct thread *thread, const struct frame *entered, const struct frame *top)
{
    /* Memory up to there is this stack's. */
    uintptr_t outermost = thread->frames[1].here;
    if (outermost < top->here || stack_is_signal(thread, outermost) != stack_is_signal(thread, entered->here))
        outermost = top->here;
    uintptr_t limit = outermost - entered->here > SEARCH_LIMIT ? entered->here + SEARCH_LIMIT : outermost;
    uintptr_t start = entered->here + sizeof(uintptr_t);
    uintptr_t found = frame_find_slot(entered->here, entered->site, start, limit);
    if (!found) /* further out, where only calls that were not recorded can have made this one */
        found = frame_find_slot(entered->here, entered->site, limit + sizeof(uintptr_t),
                                stack_readable(thread, entered->here, SEARCH_LIMIT));
    return slot_of(entered, found);
}

/* And near enough for that to be found out. */
static bool is_only_copy(const struct frame *entered, uintptr_t address, uintptr_t limit)
{
    return limit - address < SEARCH_LIMIT &&
           frame_find_slot(entered->here, entered->site, address + sizeof(uintptr_t), limit) == 0;
}

/* Where the return address of `entered` lies, seen from its place. */
enum finding {
    NOT_SURE, /* an old copy may lie in a frame's unused part */
    BELOW,    /* below top's place: top, or what it called, has called */
    ABOVE,    /* above it: top was left */
    INLINED,  /* where top's own lies: part of the same call, a bit further down as arguments lay pushed */
};

static bool is_sure(const struct thread *thread, const struct frame *entered, const struct frame *top,
                    uintptr_t address)
{
    if (address > top->here)
        return is_callers(top, thread->frames, address);
    return place_worth_learning(thread, entered) && is_only_copy(entered, address, top->here);
}

static enum finding find_slot(struct thread *thread, const struct frame *entered, const struct frame *top,
                              uint32_t *slot)
{
    *slot = place_recall_slot(entered);
    if (*slot && place_slot_address(entered, *slot) <= top->here)
        return BELOW;
    *slot = search_slot(thread, entered, top);
    uintptr_t address = place_slot_address(entered, *slot);
    bool above = address > top->here;
    if (above && address == frame_slot(top) && is_part_of(top, thread->frames, entered))
        return INLINED;
    bool sure = *slot && is_sure(thread, entered, top, address);
    if (sure || !place_recall(entered))
        learn_slot(entered, sure ? *slot : SLOT_UNKNOWN);
    if (above && *slot)
        return ABOVE;
    *slot = sure ? *slot : SLOT_UNKNOWN;
    return sure ? BELOW : NOT_SURE;
}

/* Of a call that nothing recorded has made. What lies above it is not told by any frame, so only where the stack is
 * known to go on is it looked at; the first copy alone says nothing: a frame may hold older ones. */
static uint32_t find_root_slot(struct thread *thread, const struct frame *entered)
{
    uint32_t slot = place_recall_slot(entered);
    if (slot || !place_worth_learning(thread, entered))
        return slot ? slot : SLOT_UNKNOWN;
    uintptr_t start = entered->here + sizeof(uintptr_t);
    uintptr_t limit = stack_readable(thread, entered->here, SEARCH_LIMIT);
    uintptr_t address = frame_find_slot(entered->here, entered->site, start, limit);
    bool sure = address && is_only_copy(entered, address, limit);
    slot = sure ? slot_of(entered, address) : SLOT_UNKNOWN;
    learn_slot(entered, slot);
    return slot;
}

/* How many frames from `top` outwards were left: up to the outermost whose return address is gone. */
static uint32_t count_left(const struct frame *top, const struct frame *floor)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < CHAIN_LIMIT && top - i > floor; i++) {
        if (!frame_is_alive(top - i))
            left = i + 1;
    }
    return left;
}

static bool is_same_call_again(const struct frame *frame, const struct frame *entered)
{
    return frame->function == entered->function && frame_same_hook(frame, entered->hook_return);
}

static bool is_within(const struct frame *frame, uintptr_t address)
{
    return address > frame->here && address < frame_slot(frame);
}

static bool is_called_further_out(const struct frame *frame, const struct frame *floor, const struct frame *entered)
{
    for (uint32_t i = 0; i < CHAIN_LIMIT && frame > floor; i++, frame--) {
        if (frame_is_callee(frame, entered->here, entered->site))
            return true;
    }
    return false;
}

static bool is_callee(struct thread *thread, const struct frame *top, const struct frame *entered)
{
    return frame_is_callee(top, entered->here, entered->site) &&
           (entered->here >= thread->sure_low || stack_is_callee(thread, top, entered));
}

/* On a signal stack addresses say nothing about those of the stack that was interrupted. */
enum relation { SAME_STACK, ON_SIGNAL_STACK, LEFT_SIGNAL_STACK };

static enum relation relate(const struct thread *thread, const struct frame *frame, const struct frame *event)
{
    bool frame_there = stack_is_signal(thread, frame->here), event_there = stack_is_signal(thread, event->here);
    return frame_there == event_there ? SAME_STACK : event_there ? ON_SIGNAL_STACK : LEFT_SIGNAL_STACK;
}

/* `slot` is the entered frame's, 0 if not known: then place_recall_way() has no use for the way. */
static uint32_t count_left_before(const struct thread *thread, const struct frame *top, const struct frame *entered,
                                  uint32_t slot)
{
    uint64_t way = place_way(top, entered, top->here - entered->here), *known = place_way_word(way);
    uint64_t word = (way & ~(uint64_t)SLOT_UNKNOWN) | slot;
    if (frame_is_alive(top) && __atomic_load_n(known, __ATOMIC_RELAXED) == word)
        return 0;
    uint32_t left = count_left(top, thread->frames);
    if (!left)
        __atomic_store_n(known, word, __ATOMIC_RELAXED);
    return left;
}

void place_forget(void)
{
    for (uint32_t i = 0; i < PLACE_KNOWN; i++) {
        __atomic_store_n(&place_slots[i], 0, __ATOMIC_RELAXED);
        __atomic_store_n(&place_ways[i], 0, __ATOMIC_RELAXED);
    }
}

/* Where no other stack is to be had it is placed here all the same. */
static const struct place elsewhere = {.kind = PLACE_OTHER_STACK, .slot = SLOT_UNKNOWN};

struct place place_entry(struct thread *thread, uint32_t depth, const struct frame *entered)
{
    struct stack *stack = thread->stack;
    uint32_t dead = depth > thread_capacity(thread) ? depth - thread_capacity(thread) : 0;
    const struct frame *top = &thread->frames[depth - dead];
    if (dead && entered->here < top->here)
        return (struct place){.kind = PLACE_HERE};
    for (; top > thread->frames; top--, dead++) {
        if (is_callee(thread, top, entered))
            return (struct place){.kind = PLACE_HERE, .dead = dead};
        if (entered->here == top->here) {
            if (entered->site == top->site && !is_same_call_again(top, entered))
                return (struct place){.kind = PLACE_HERE, .dead = dead};
            continue;
        }
        if (!stack_contains(thread, stack, top, entered->here))
            return elsewhere;
        enum relation relation = relate(thread, top, entered);
        if (relation == LEFT_SIGNAL_STACK)
            continue;
        if (relation == ON_SIGNAL_STACK)
            return (struct place){.kind = PLACE_HERE, .dead = dead, .slot = SLOT_UNKNOWN};
        if (entered->here > top->here) {
            if (is_within(top, entered->here) && !count_left(top, thread->frames) &&
                !is_called_further_out(top, thread->frames, entered))
                return elsewhere;
            continue;
        }
        uint32_t slot;
        enum finding finding = find_slot(thread, entered, top, &slot);
        uint32_t left = finding == ABOVE ? 1 : count_left_before(thread, top, entered, finding == BELOW ? slot : 0);
        if (!left && finding == INLINED)
            return (struct place){.kind = PLACE_HERE, .dead = dead, .here = top->here};
        if (!left)
            return (struct place){.kind = PLACE_HERE, .dead = dead, .slot = slot};
        dead += left - 1;
        top -= left - 1;
    }
    if (!stack_contains(thread, stack, NULL, entered->here))
        return elsewhere;
    return (struct place){.kind = PLACE_HERE, .dead = dead, .slot = find_root_slot(thread, entered)};
}

bool place_is_exit_of(const struct frame *frame, const struct frame *left)
{
    bool jumped_to = frame_same_hook(left, ~left->site);
    if (frame->function != left->function || (jumped_to && left->here == frame->here && left_has_triggers()))
        return false;
    if (frame_stands_at(frame, left->here))
        return true;
    if (frame->site == left->site && is_within(frame, left->here))
        return true;
    return !frame_slot(frame) && jumped_to && frame->site == left->site && left->here > frame->here;
}

bool place_is_exit_below(const struct frame *frame, const struct frame *left)
{
    return frame->here > left->here && frame->function == left->function && frame->site == left->site;
}

/* Of one that does so on the same stack. With triggers it may be that of a call within it that was not recorded. */
static bool is_exit_here(struct thread *thread, const struct frame *frame, const struct frame *left)
{
    if (!place_is_exit_below(frame, left))
        return false;
    if (!stack_contains(thread, thread->stack, frame, left->here))
        return stack_for_exit(thread, left) == thread->stack;
    return !left_has_triggers() || !frame_is_around(frame, left);
}

struct place place_exit(struct thread *thread, uint32_t depth, const struct frame *left)
{
    uint32_t dead = depth > thread_capacity(thread) ? depth - thread_capacity(thread) : 0;
    const struct frame *top = &thread->frames[depth - dead];
    if (dead && left->here < top->here)
        return (struct place){.kind = PLACE_HERE};
    for (; top > thread->frames; top--, dead++) {
        if (place_is_exit_of(top, left))
            return (struct place){.kind = PLACE_HERE, .dead = dead};
        enum relation relation = relate(thread, top, left);
        if (relation == ON_SIGNAL_STACK)
            break;
        if (relation == SAME_STACK && top->here > left->here) {
            enum place_kind kind = is_exit_here(thread, top, left) ? PLACE_HERE : PLACE_NOWHERE;
            return (struct place){.kind = kind, .dead = dead};
        }
    }
    return (struct place){.kind = PLACE_NOWHERE};
}
