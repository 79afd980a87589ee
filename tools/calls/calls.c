#include "calls/calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/saturate.h"
#include "calls/pairing.h"

/* Of costs that a tape tells by themselves; those of events may go on from there. */
#define SPENT_MOST (UINT64_C(1) << 62)

/* Time less waits: what totals, child and away times are made of. Never runs backwards. */
static uint64_t net_now(const struct calls *calls)
{
    return calls->at.now - calls->waited;
}

static uint64_t net_start(const struct call *call)
{
    return call->start_ticks - call->wait_ticks;
}

/* A wait lies before the event that follows it or, where that one's clock was read before the wait, after it: so it is
 * taken out of the time that passes next. */
static void pass_time(struct calls *calls, uint64_t ticks)
{
    if (ticks <= calls->at.now)
        return;
    uint64_t passed = ticks - calls->at.now, held = calls->waiting < passed ? calls->waiting : passed;
    calls->waited += held;
    calls->waiting -= held;
    calls->at.now = ticks;
}

static void pass_run(struct calls *calls, const struct tape_event *event)
{
    if (event->kind > TAPE_EXIT) {
        calls->at.gap_slack = 0;
        return;
    }
    pass_event(&calls->at, event, true);
    calls->at.slack_seen |= event->slack != 0;
}

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for a stack of open calls");
}

struct calls *calls_create(const struct calls_receiver *receiver, struct error *error)
{
    struct calls *calls = calloc(1, sizeof *calls);
    if (calls == NULL || (calls->current = stacks_get(&calls->stacks, 0)) == NULL) {
        free(calls);
        no_memory(error);
        return NULL;
    }
    calls->receiver = receiver;
    calls->at.run = 1;
    return calls;
}

void calls_destroy(struct calls *calls)
{
    if (calls == NULL)
        return;
    stacks_free(&calls->stacks);
    free(calls);
}

static int note(struct calls *calls, const struct tape_event *event)
{
    return calls->receiver->note != NULL ? calls->receiver->note(calls->receiver->context, event) : 0;
}

static inline int tell_begin(struct calls *calls, struct call *call)
{
    calls->at.gap_slack = 0;
    if (calls->receiver->begin == NULL)
        return 0;
    return calls->receiver->begin(calls->receiver->context, call, call->depth != 0 ? call - 1 : NULL);
}

/* Calls that a jump ended are open only for want of a time. */
static int value(struct calls *calls, const struct tape_event *event)
{
    const struct stack *stack = calls->current;
    uint32_t open = stack->depth > calls->jumped ? stack->depth - (uint32_t)calls->jumped : 0;
    if (calls->receiver->value == NULL)
        return 0;
    return calls->receiver->value(calls->receiver->context, event, open != 0 ? &stack->calls[open - 1] : NULL);
}

static inline int begin_call(struct calls *calls, const struct tape_event *event, uint32_t flags, struct error *error)
{
    struct stack *stack = calls->current;
    struct call *call = stack_push(stack);
    if (call == NULL)
        return no_memory(error);
    begin_at(&calls->at, calls->waited, call, event->function, flags | (event->timed ? 0 : CALL_UNTIMED_START));
    call->depth = stack->depth - 1;
    call->stack = stack->number;
    call->number = flags == 0 ? ++calls->at.entries : 0;
    return tell_begin(calls, call);
}

static int end_call(struct calls *calls, struct stack *stack, uint32_t flags)
{
    struct call *call = &stack->calls[stack->depth - 1];
    struct call *parent = call->depth != 0 ? call - 1 : NULL;
    end_at(&calls->at, calls->waited, call, parent, flags);
    calls->at.gap_slack = 0;
    int status = 0;
    if (calls->receiver->end != NULL)
        status = calls->receiver->end(calls->receiver->context, call, parent);
    stack->depth--;
    return status;
}

static int end_calls(struct calls *calls, struct stack *stack, uint64_t count, uint32_t flags)
{
    int status = 0;
    for (; count != 0 && stack->depth != 0 && status == 0; count--)
        status = end_call(calls, stack, flags);
    return status;
}

static int end_jumped(struct calls *calls)
{
    uint64_t count = calls->jumped;
    calls->jumped = 0;
    return end_calls(calls, calls->current, count, CALL_JUMPED);
}

/* The call that is innermost on `stack` was away from the switch until now. */
static void stack_returns(struct calls *calls, struct stack *stack)
{
    if (stack->depth == 0)
        return;
    struct call *innermost = &stack->calls[stack->depth - 1];
    innermost->away_ticks += net_now(calls) - stack->left_ticks;
    innermost->away_cost += calls->at.spent - stack->left_cost;
}

static int switch_stack(struct calls *calls, const struct tape_event *event, struct error *error)
{
    if (event->n != calls->current->number) {
        struct stack *left = calls->current;
        left->left_ticks = net_now(calls);
        left->left_cost = calls->at.spent;
        calls->current = stacks_get(&calls->stacks, event->n);
        if (calls->current == NULL) {
            calls->current = left;
            return no_memory(error);
        }
        stack_returns(calls, calls->current);
        if (left->depth == 0)
            stacks_forget(&calls->stacks, left->number);
    }
    return note(calls, event);
}

static int end_all(struct calls *calls, uint32_t flags)
{
    int status = 0;
    for (size_t i = 0; status == 0 && i < calls->stacks.slots; i++) {
        struct stack *stack = calls->stacks.table[i];
        if (stack == NULL)
            continue;
        if (stack != calls->current)
            stack_returns(calls, stack);
        stack->left_ticks = net_now(calls);
        stack->left_cost = calls->at.spent;
        status = end_calls(calls, stack, UINT64_MAX, flags);
    }
    return status;
}

static int exit_call(struct calls *calls, const struct tape_event *event)
{
    if (calls->current->depth == 0)
        return note(calls, event);
    return end_call(calls, calls->current, event->timed ? 0 : CALL_UNTIMED_END);
}

int calls_feed(struct calls *calls, const struct tape_event *event, struct error *error)
{
    if (event->kind == TAPE_COST) {
        if (calls->at.spent < SPENT_MOST)
            calls->at.spent += event->n;
        return 0;
    }
    if (event->kind == TAPE_WAIT)
        calls->waiting = saturating_add(calls->waiting, event->n);
    pass_time(calls, event->ticks);
    pass_run(calls, event);
    switch ((enum tape_event_kind)event->kind) {
    case TAPE_JUMP:
        if (event->n <= UINT64_MAX - calls->jumped)
            calls->jumped += event->n;
        return note(calls, event);
    case TAPE_LOST:
    case TAPE_WAIT:
        return note(calls, event);
    case TAPE_VALUE:
        return value(calls, event);
    default:
        break;
    }
    if (calls->jumped != 0 && end_jumped(calls) != 0)
        return -1;
    switch ((enum tape_event_kind)event->kind) {
    case TAPE_ENTRY:
        return begin_call(calls, event, 0, error);
    case TAPE_INHERIT:
        return begin_call(calls, event, CALL_INHERITED, error);
    case TAPE_EXIT:
        return exit_call(calls, event);
    case TAPE_STACK:
        return switch_stack(calls, event, error);
    case TAPE_GAP:
    case TAPE_OVERWRITTEN:
        return end_all(calls, CALL_CUT) != 0 ? -1 : note(calls, event);
    default:
        return note(calls, event);
    }
}

static const struct tape_event *plain(struct calls *calls, const struct tape_event *event,
                                      const struct tape_event *last, int *status)
{
    const struct calls_receiver *receiver = calls->receiver;
    return receiver->plain != NULL ? receiver->plain(calls, event, last, status)
                                   : pair_plain(calls, receiver->begin, receiver->end, NULL, event, last, status);
}

int calls_feed_all(struct calls *calls, const struct tape_event *events, size_t count, struct error *error)
{
    const struct tape_event *event = events, *last = events + count;
    int status = 0;
    while (event < last && status == 0) {
        if (calls->waiting == 0 && calls->jumped == 0)
            event = plain(calls, event, last, &status);
        if (event < last && status == 0)
            status = calls_feed(calls, event++, error);
    }
    return status;
}

static int finish(struct calls *calls, uint64_t ticks, uint32_t flags)
{
    pass_time(calls, ticks);
    calls->at.run++;
    calls->at.slack = calls->at.gap_slack = 0;
    if (end_jumped(calls) != 0)
        return -1;
    return end_all(calls, flags);
}

int calls_finish(struct calls *calls, uint64_t end_ticks)
{
    return finish(calls, end_ticks, CALL_OPEN);
}

int calls_stop(struct calls *calls, uint64_t ticks)
{
    return finish(calls, ticks, CALL_LATER);
}

static int restart_call(struct calls *calls, struct call *call, uint32_t flag)
{
    begin_at(&calls->at, calls->waited, call, call->function, (call->flags & (CALL_INHERITED | CALL_EARLIER)) | flag);
    call->start_slack = calls->at.run_ends ? 0 : calls->at.slack;
    return tell_begin(calls, call);
}

static int restart(struct calls *calls, const struct calls_receiver *receiver, uint32_t flag)
{
    int status = 0;
    calls->receiver = receiver;
    calls->at.gap_slack = 0;
    for (size_t i = 0; i < calls->stacks.slots; i++) {
        struct stack *stack = calls->stacks.table[i];
        if (stack == NULL)
            continue;
        stack->left_ticks = net_now(calls);
        stack->left_cost = calls->at.spent;
        for (uint32_t depth = 0; depth < stack->depth && status == 0; depth++)
            status = restart_call(calls, &stack->calls[depth], flag);
    }
    return status;
}

int calls_restart(struct calls *calls, const struct calls_receiver *receiver, uint64_t ticks)
{
    pass_time(calls, ticks);
    return restart(calls, receiver, CALL_EARLIER);
}

/* ---- pieces ----------------------------------------------------------------------------------------------------- */

static int open_call(struct calls *calls, const struct tape_open_call *open)
{
    struct stack *stack = stacks_get(&calls->stacks, open->stack);
    struct call *call = stack != NULL ? stack_push(stack) : NULL;
    if (call == NULL)
        return -1;
    uint32_t flags = (open->inherited ? CALL_INHERITED : 0) | (open->earlier ? CALL_EARLIER : 0);
    begin_at(&calls->at, calls->waited, call, open->function, flags);
    call->depth = stack->depth - 1;
    call->stack = stack->number;
    call->number = open->number;
    return 0;
}

int calls_open(struct calls *calls, const struct tape_piece *piece, struct error *error)
{
    static const struct calls_receiver nobody;
    int status = 0;
    calls->receiver = &nobody;
    calls->at.now = piece->floor;
    calls->at.entries = piece->entries;
    for (size_t i = 0; i < piece->open_count && status == 0; i++)
        status = open_call(calls, &piece->open[i]);
    struct stack *current = status == 0 ? stacks_get(&calls->stacks, piece->stack) : NULL;
    if (current == NULL)
        return no_memory(error);
    if (calls->current != current && calls->current->depth == 0)
        stacks_forget(&calls->stacks, calls->current->number);
    calls->current = current;
    return 0;
}

int calls_continue(struct calls *calls, const struct calls_receiver *receiver)
{
    return restart(calls, receiver, CALL_CONTINUED);
}

int calls_pause(struct calls *calls)
{
    return finish(calls, calls->at.now, CALL_CONTINUES);
}

static uint64_t mix(uint64_t state, uint64_t more)
{
    state = (state ^ more) * UINT64_C(0x9e3779b97f4a7c15);
    return state ^ state >> 29;
}

uint64_t calls_state(const struct calls *calls)
{
    uint64_t state = 0;
    for (size_t i = 0; i < calls->stacks.slots; i++) {
        const struct stack *stack = calls->stacks.table[i];
        uint64_t of_stack = stack != NULL ? stack->number : 0;
        for (uint32_t depth = 0; stack != NULL && depth < stack->depth; depth++)
            of_stack = mix(of_stack, (uint64_t)stack->calls[depth].function << 32 |
                                         (stack->calls[depth].flags & (CALL_INHERITED | CALL_EARLIER)));
        state += stack != NULL && stack->depth != 0 ? of_stack : 0;
    }
    return mix(mix(mix(mix(state, calls->current->number), calls->at.now), calls->waiting), calls->jumped);
}

void calls_set_run(struct calls *calls, uint64_t run)
{
    calls->at.run = run;
}

uint64_t calls_next_run(const struct calls *calls)
{
    return calls->at.run + 1;
}

uint32_t calls_depth(const struct calls *calls)
{
    return calls->current->depth;
}

uint64_t calls_stack(const struct calls *calls)
{
    return calls->current->number;
}

static int check_stack(const struct stack *stack, uint64_t until, uint64_t spent, struct error *error)
{
    uint64_t earliest = 0;
    for (uint32_t i = 0; i < stack->depth; i++) {
        const struct call *call = &stack->calls[i];
        if (call->depth != i || call->stack != stack->number)
            return error_set(error, "a call of depth %u stands at %u", call->depth, i);
        if (net_start(call) < earliest || net_start(call) > until)
            return error_set(error, "a call at depth %u starts before the one it was made from, or later than now", i);
        if (call->child_ticks + call->away_ticks > until - net_start(call))
            return error_set(error, "a call at depth %u has more child and away time than has passed", i);
        if (call->child_cost + call->away_cost > spent - call->cost)
            return error_set(error, "a call at depth %u has more child and away cost than was spent", i);
        earliest = net_start(call);
    }
    return 0;
}

int calls_check(const struct calls *calls, struct error *error)
{
    if (numbers_find(&calls->stacks, calls->current->number) != calls->current)
        return error_set(error, "the current stack is not among the stacks");
    size_t count = 0;
    for (size_t i = 0; i < calls->stacks.slots; i++) {
        const struct stack *stack = calls->stacks.table[i];
        if (stack == NULL)
            continue;
        count++;
        if (stack != calls->current && stack->left_ticks > net_now(calls))
            return error_set(error, "a stack was left later than now");
        bool current = stack == calls->current;
        if (check_stack(stack, current ? net_now(calls) : stack->left_ticks,
                        current ? calls->at.spent : stack->left_cost, error) != 0)
            return -1;
    }
    return count == calls->stacks.count ? 0 : error_set(error, "the number of stacks is wrong");
}
