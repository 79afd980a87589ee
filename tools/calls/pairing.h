/* The loop that pairs entries and exits, for calls.c; and for receivers that have it compiled with their own begin()
 * and end() in it (calls_receiver.plain), which saves a third where these are short. */
#ifndef CALLTAPE_CALLS_PAIRING_H
#define CALLTAPE_CALLS_PAIRING_H

#include "calls/calls.h"
#include "calls/stacks.h"

/* What every event changes. */
struct moment {
    uint64_t now;       /* the latest time seen */
    uint64_t spent;     /* cost of all events */
    uint64_t entries;   /* so far */
    uint64_t run;       /* that the last event belongs to */
    uint64_t slack;     /* of the last event; of what the end of the thread ends: 0 */
    uint64_t gap_slack; /* of the gap before the last event, until it has gone to a call */
    bool run_ends;      /* with the last event */
};

struct calls {
    const struct calls_receiver *receiver;
    struct numbers stacks;
    struct stack *current;
    struct moment at;
    uint64_t waited;  /* of the time until now, held by the recorder */
    uint64_t waiting; /* told by TAPE_WAIT, to be found in the time that passes next */
    uint64_t jumped;  /* innermost calls of the current stack that a jump ended; their end is the next event's time */
};

/* An entry's or exit's time, run and cost. A timed event ends its run; the gap before it is as uncertain as the rest of
 * that. */
static inline void pass_event(struct moment *at, const struct tape_event *event)
{
    at->now = event->ticks > at->now ? event->ticks : at->now;
    at->run += at->run_ends;
    at->gap_slack = event->timed && !at->run_ends ? at->slack : event->slack;
    at->run_ends = event->timed;
    at->slack = event->slack;
    at->spent += event->cost;
}

/* Field by field: a structure of this size is else zeroed by an instruction that takes longer than all the rest. What
 * only end() tells is left as it is. */
static inline void begin_at(const struct moment *at, uint64_t waited, struct call *call, uint32_t function,
                            uint32_t flags)
{
    call->function = function;
    call->start_ticks = at->now;
    call->child_ticks = call->away_ticks = 0;
    call->wait_ticks = waited;
    call->cost = at->spent;
    call->child_cost = call->away_cost = 0;
    call->start_slack = at->slack;
    call->start_run = at->run;
    call->gap_slack = at->gap_slack;
    call->flags = flags;
    call->tag = 0;
}

static inline void end_at(const struct moment *at, uint64_t waited, struct call *call, struct call *parent,
                          uint32_t flags)
{
    call->end_ticks = at->now;
    call->wait_ticks = waited - call->wait_ticks;
    call->cost = at->spent - call->cost;
    call->end_slack = at->slack;
    call->end_run = at->run;
    call->gap_slack = at->gap_slack;
    call->flags |= flags;
    if (parent != NULL) {
        parent->child_ticks += call_total_ticks(call);
        parent->child_cost += call->cost;
    }
}

typedef int calls_told(void *context, struct call *call, const struct call *parent);

/* Entries and exits, as long as nothing else comes and each finds its place: most of what a thread does. Says the same
 * as calls_feed, with what changes at each event in registers. Returns the first event that was not fed. */
static inline __attribute__((always_inline)) const struct tape_event *
pair_plain(struct calls *calls, calls_told *begin, calls_told *end, const struct tape_event *event,
           const struct tape_event *const last, int *status)
{
    void *const context = calls->receiver->context;
    struct stack *stack = calls->current;
    struct call *const outermost = stack->calls, *const limit = outermost + stack->room;
    struct call *top = outermost + stack->depth; /* one above the innermost */
    const uint64_t number = stack->number, waited = calls->waited;
    struct moment at = calls->at;
    for (; event < last && event->kind <= TAPE_EXIT && *status == 0; event++) {
        if (top == (event->kind == TAPE_ENTRY ? limit : outermost))
            break;
        pass_event(&at, event);
        if (event->kind == TAPE_ENTRY) {
            struct call *call = top++, *parent = call > outermost ? call - 1 : NULL;
            begin_at(&at, waited, call, event->function, event->timed ? 0 : CALL_UNTIMED_START);
            call->depth = (uint32_t)(call - outermost);
            call->stack = number;
            call->number = ++at.entries;
            *status = begin != NULL ? begin(context, call, parent) : 0;
        } else {
            struct call *call = --top, *parent = call > outermost ? call - 1 : NULL;
            end_at(&at, waited, call, parent, event->timed ? 0 : CALL_UNTIMED_END);
            *status = end != NULL ? end(context, call, parent) : 0;
        }
        at.gap_slack = 0;
    }
    calls->at = at;
    stack->depth = (uint32_t)(top - outermost);
    return event;
}

#endif
