/* The stacks of a thread: its own (home), and those that makecontext, coroutine libraries, hand-written switches or
 * sigaltstack let it run on. Nothing announces a switch; it shows in where a hook finds itself.
 *
 * Home's bounds are its mapping's. Of another stack no bounds are known, only the frames on it: what lies within
 * STACK_NEAR bytes below its innermost frame is taken to be on it, what lies further away to be on one of its own. */
#include "arch.h"
#include "sys.h"

#include <signal.h>

#define NEAR_HOME (UINT64_C(1) << 20) /* where home's mapping can't be found out */
#define OTHER_CAPACITY 16384u

void stack_init(struct stack *stack, struct frame *frames, uint32_t capacity, uint32_t number)
{
    static struct function floor;
    frames[0] = (struct frame){.function = &floor, .here = (uintptr_t)&frames[0].site};
    *stack = (struct stack){.number = number, .capacity = capacity, .frames = frames};
}

/* ---- home's bounds ---- */

static const char *read_hex(const char *text, uintptr_t *value)
{
    *value = 0;
    for (;; text++) {
        char c = *text;
        if (c >= '0' && c <= '9')
            *value = *value << 4 | (uintptr_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            *value = *value << 4 | (uintptr_t)(c - 'a' + 10);
        else
            return text;
    }
}

struct maps {
    uintptr_t address; /* sought */
    uintptr_t previous_end;
    uintptr_t low, high; /* found */
};

static bool maps_line(struct maps *maps, const char *line)
{
    uintptr_t start, end;
    line = read_hex(line, &start);
    if (*line != '-')
        return false;
    read_hex(line + 1, &end);
    if (maps->address >= start && maps->address < end) {
        /* The main thread's mapping grows down into the free space below it. */
        maps->low = maps->previous_end;
        maps->high = end;
        return true;
    }
    maps->previous_end = end;
    return false;
}

/* Reads /proc/self/maps line by line through the scratch buffer. */
static bool maps_find(struct maps *maps, char *buffer, size_t size)
{
    int file = file_open("/proc/self/maps", 0, 0);
    size_t used = 0;
    bool found = false;
    while (file >= 0 && !found) {
        long got = sys_call(SYS_read, file, (long)(buffer + used), (long)(size - used), 0, 0, 0);
        if (got <= 0)
            break;
        used += (size_t)got;
        size_t line = 0;
        for (size_t i = 0; i < used && !found; i++) {
            if (buffer[i] != '\n')
                continue;
            found = maps_line(maps, buffer + line);
            line = i + 1;
        }
        bytes_copy(buffer, buffer + line, used - line);
        used -= line;
        if (used == size)
            break;
    }
    if (file >= 0)
        file_close(file);
    return found;
}

static bool is_near_first(const struct thread *thread, uintptr_t address)
{
    return address - (thread->first_here - STACK_NEAR) < (uintptr_t)STACK_NEAR * 2;
}

void stack_set_sure(struct thread *thread)
{
    const struct stack *home = &thread->home;
    thread->sure_low = home->high ? home->low : thread->first_here - STACK_NEAR;
    thread->sure_size = home->high ? home->high - home->low : (uintptr_t)STACK_NEAR * 2;
    if (thread->stack != home) {
        thread->sure_low = thread->stack->low;
        thread->sure_size = 0;
    }
}

/* `known` is an address on home. Without /proc the bounds are a guess around it. */
static void find_home(struct thread *thread, uintptr_t known)
{
    uint64_t mask;
    signals_block(&mask);
    struct maps maps = {.address = known};
    thread->home_guessed = !maps_find(&maps, thread->scratch, SCRATCH_BYTES);
    if (thread->home_guessed) {
        maps.low = known - NEAR_HOME;
        maps.high = known + NEAR_HOME;
    }
    thread->home.low = maps.low;
    thread->home.high = maps.high;
    stack_set_sure(thread);
    signals_restore(&mask);
}

static bool home_contains(struct thread *thread, uintptr_t address)
{
    return address >= thread->home.low && address < thread->home.high;
}

void stack_find_home(struct thread *thread)
{
    if (thread->attached && !thread->home.high)
        find_home(thread, thread->first_here);
}

/* ---- which stack ---- */

/* The stack that sigaltstack set for this thread's signal handlers, asked for when an unknown one is met. What runs
 * there has interrupted the current stack and belongs on top of it. */
static bool find_signal_stack(struct thread *thread, uintptr_t address)
{
    stack_t set = {.ss_flags = SS_DISABLE};
    if (stack_is_signal(thread, address))
        return true;
    sys_call(SYS_sigaltstack, 0, (long)&set, 0, 0, 0, 0);
    if (set.ss_flags & SS_DISABLE)
        return false;
    thread->signal_low = (uintptr_t)set.ss_sp;
    thread->signal_size = set.ss_size;
    return stack_is_signal(thread, address);
}

static bool contains(struct thread *thread, const struct stack *stack, const struct frame *top, uintptr_t address)
{
    if (stack == &thread->home) {
        if (!stack->high && is_near_first(thread, address))
            return true;
        if (!stack->high)
            find_home(thread, thread->first_here);
        return home_contains(thread, address);
    }
    if (address > stack->high)
        return false;
    uintptr_t innermost = top ? top->here : stack->high;
    return address >= innermost || innermost - address <= STACK_NEAR;
}

bool stack_contains(struct thread *thread, const struct stack *stack, const struct frame *top, uintptr_t address)
{
    return contains(thread, stack, top, address) || find_signal_stack(thread, address);
}

/* Of other stacks it is not known where they end, nor of home where its bounds are a guess. */
uintptr_t stack_readable(struct thread *thread, uintptr_t here, uintptr_t bytes)
{
    if (!thread->home.high)
        find_home(thread, thread->first_here);
    if (thread->home_guessed || !home_contains(thread, here))
        return here;
    uintptr_t highest = thread->home.high - sizeof(uintptr_t);
    return highest - here < bytes ? highest : here + bytes;
}

static uint32_t depth_of(const struct thread *thread, const struct stack *stack)
{
    uint32_t depth = stack == thread->stack ? state_depth(thread->state) : stack->depth;
    return depth < stack->capacity ? depth : stack->capacity;
}

static bool goes_on_there(struct thread *thread, const struct stack *stack, uintptr_t here, uintptr_t site)
{
    uint32_t depth = depth_of(thread, stack);
    const struct frame *top = &stack->frames[depth];
    if (!depth || here > stack->high)
        return false;
    return frame_is_callee(top, here, site) || here >= top->here ||
           (top->here - here <= STACK_NEAR && frame_is_alive(top));
}

/* ---- which of several may be meant: stacks do not lie within each other ---- */

static const struct frame *innermost_above(const struct thread *thread, const struct stack *stack, uintptr_t here)
{
    uint32_t depth = depth_of(thread, stack);
    if (!depth || stack->frames[1].here <= here)
        return NULL;
    while (stack->frames[depth].here <= here)
        depth--;
    return &stack->frames[depth];
}

static struct stack *next_stack(struct thread *thread, struct stack *stack)
{
    return stack == &thread->home ? thread->stacks : stack->next;
}

/* The stack that the nearest call above the address is on, and that call; NULL: there is none. */
static struct stack *nearest_above(struct thread *thread, uintptr_t here, const struct frame **call)
{
    struct stack *best = NULL;
    for (struct stack *stack = &thread->home; stack; stack = next_stack(thread, stack)) {
        const struct frame *above = innermost_above(thread, stack, here);
        if (above && (!best || above->here < (*call)->here)) {
            *call = above;
            best = stack;
        }
    }
    return best;
}

static bool is_anothers(struct thread *thread, const struct frame *entered)
{
    const struct frame *caller;
    struct stack *stack = nearest_above(thread, entered->here, &caller);
    return stack && stack != thread->stack && frame_is_callee(caller, entered->here, entered->site);
}

/* By the first word that holds its return address, which is met before the stack ends. A large frame may hold an older
 * one: then it is not sure. */
static bool is_surely_tops(const struct frame *top, const struct frame *entered)
{
    uintptr_t start = entered->here + sizeof(uintptr_t);
    return frame_find_slot(entered->here, entered->site, start, top->here) == top->here;
}

bool stack_is_callee(struct thread *thread, const struct frame *top, const struct frame *entered)
{
    if (!thread->home.high)
        find_home(thread, thread->first_here);
    return entered->here >= thread->sure_low || is_surely_tops(top, entered) || !is_anothers(thread, entered);
}

/* Home's bounds are known, but where they are a guess. */
void stack_grew(struct thread *thread, const struct frame *top, const struct frame *entered)
{
    struct stack *stack = thread->stack;
    bool near = entered->here < top->here && top->here - entered->here <= STACK_NEAR;
    uint64_t mask;
    if ((stack == &thread->home && !thread->home_guessed) || top == thread->frames ||
        stack_is_signal(thread, entered->here) || !(near || frame_is_callee(top, entered->here, entered->site)))
        return;
    signals_block(&mask);
    if (stack == thread->stack) {
        stack->low = entered->here - STACK_BELOW;
        stack_set_sure(thread);
    }
    signals_restore(&mask);
}

/* ---- which one it is ---- */

static struct stack **cached(struct thread *thread, uintptr_t here)
{
    return &thread->stack_cache[(here >> 12) % STACK_CACHE_COUNT];
}

static struct stack *nearest_root(struct thread *thread, uintptr_t here, uintptr_t site)
{
    struct stack *best = NULL;
    for (struct stack *stack = thread->stacks; stack; stack = stack->next) {
        if (stack != thread->stack && goes_on_there(thread, stack, here, site) && (!best || stack->high < best->high))
            best = stack;
    }
    return best;
}

static struct stack *unused_or_new(struct thread *thread, uintptr_t here)
{
    struct stack *stack = thread->stacks;
    while (stack && (stack == thread->stack || stack->depth))
        stack = stack->next;
    if (!stack) {
        size_t bytes = 4096 + (OTHER_CAPACITY + FRAMES_SPARE) * sizeof(struct frame);
        stack = memory_map(bytes);
        if (!stack)
            return NULL;
        stack_init(stack, (struct frame *)((char *)stack + 4096), OTHER_CAPACITY, ++thread->stack_count);
        stack->next = thread->stacks;
        thread->stacks = stack;
    }
    stack->high = here;
    stack->low = here - STACK_BELOW;
    return stack;
}

struct stack *stack_for_entry(struct thread *thread, uintptr_t here, uintptr_t site)
{
    if (!thread->home.high)
        find_home(thread, thread->first_here);
    if (home_contains(thread, here) && thread->stack != &thread->home)
        return &thread->home;
    struct stack *stack = *cached(thread, here);
    if (!stack || stack == thread->stack || here < stack->low || !goes_on_there(thread, stack, here, site))
        stack = nearest_root(thread, here, site);
    if (!stack)
        stack = unused_or_new(thread, here);
    *cached(thread, here) = stack;
    return stack;
}

static bool has_call_of(const struct thread *thread, const struct stack *stack, const struct frame *left)
{
    for (uint32_t depth = depth_of(thread, stack); depth; depth--) {
        const struct frame *frame = &stack->frames[depth];
        if (place_is_exit_of(frame, left))
            return true;
        if (frame->here > left->here)
            return false;
    }
    return false;
}

/* With triggers there are exits of calls that no stack has, and of stacks that are not known. */
static bool is_surely_its(struct thread *thread, const struct stack *stack, const struct frame *call,
                          const struct frame *left)
{
    return !left_has_triggers() || (contains(thread, stack, call, left->here) && !frame_is_around(call, left));
}

struct stack *stack_for_exit(struct thread *thread, const struct frame *left)
{
    struct stack *stack = *cached(thread, left->here);
    if (stack && has_call_of(thread, stack, left))
        return stack;
    for (stack = &thread->home; stack; stack = next_stack(thread, stack)) {
        if (has_call_of(thread, stack, left))
            return *cached(thread, left->here) = stack;
    }
    const struct frame *call;
    stack = nearest_above(thread, left->here, &call);
    return stack && place_is_exit_below(call, left) && is_surely_its(thread, stack, call, left) ? stack : NULL;
}

/* Room for one word must be there. */
void stack_switch(struct thread *thread, struct stack *stack)
{
    thread_put(thread, CT_SPECIAL(CT_SPECIAL_STACK, stack->number));
    thread->stack->depth = state_depth(thread->state);
    thread->stack = stack;
    thread->frames = stack->frames;
    thread->frames_end = stack->frames + stack->capacity;
    stack_set_sure(thread);
    thread->state = stack->depth * STATE_DEPTH | (uint32_t)thread->state;
    thread->due = 0; /* where depth is beyond its frames, no hook may go by them */
}

void stacks_free(struct thread *thread)
{
    struct stack *stack = thread->stacks;
    while (stack) {
        struct stack *next = stack->next;
        memory_unmap(stack, 4096 + (OTHER_CAPACITY + FRAMES_SPARE) * sizeof(struct frame));
        stack = next;
    }
    thread->stacks = NULL;
}
