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
    bool slack_seen;    /* an event had any, so there is more to run, slack and gap_slack than zeros */
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
static inline void pass_event(struct moment *at, const struct tape_event *event, const bool slack)
{
    at->now = event->ticks > at->now ? event->ticks : at->now;
    at->spent += event->cost;
    if (!slack)
        return;
    at->run += at->run_ends;
    at->gap_slack = event->timed ? at->slack : event->slack; /* what has a time has no slack */
    at->run_ends = event->timed;
    at->slack = event->slack;
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

static inline uint32_t untimed_flag(const struct tape_event *event, uint32_t flag)
{
    return event->timed ? 0 : flag;
}

/* A call that calls nothing, from both of its events: most calls are such, and this one never leaves the registers. */
static inline __attribute__((always_inline)) int pair_leaf(struct moment *at, uint64_t waited, struct call leaf,
                                                           struct call *parent, const struct tape_event *event,
                                                           calls_told *begin, calls_told *end, void *context,
                                                           const bool slack)
{
    pass_event(at, event, slack);
    begin_at(at, waited, &leaf, event->function, untimed_flag(event, CALL_UNTIMED_START));
    leaf.number = ++at->entries;
    int told = begin != NULL ? begin(context, &leaf, parent) : 0;
    if (told != 0)
        return told;
    at->gap_slack = 0;
    pass_event(at, ++event, slack);
    end_at(at, waited, &leaf, parent, untimed_flag(event, CALL_UNTIMED_END));
    return end != NULL ? end(context, &leaf, parent) : 0;
}

/* A call that calls nothing, both of whose events have no time and lie in one run: they are as uncertain. */
static inline bool is_untimed_leaf(const struct tape_event *event, const struct tape_event *last)
{
    return event->kind == TAPE_ENTRY && !event->timed && event + 1 < last && event[1].kind == TAPE_EXIT &&
           !event[1].timed && event->slack == event[1].slack;
}

/* The same, told once it has ended. */
static inline __attribute__((always_inline)) int pair_untimed_leaf(struct moment *at, uint64_t waited, struct call leaf,
                                                                   struct call *parent, const struct tape_event *event,
                                                                   calls_told *untimed, void *context)
{
    pass_event(at, event, true);
    begin_at(at, waited, &leaf, event->function, CALL_UNTIMED_START);
    leaf.number = ++at->entries;
    pass_event(at, event + 1, true);
    end_at(at, waited, &leaf, parent, CALL_UNTIMED_END);
    return untimed(context, &leaf, parent);
}

/* `slack`: whether the thread's events have any; said beforehand, as begin() and end() are half as long without. */
static inline __attribute__((always_inline)) const struct tape_event *
pair_events(struct calls *calls, calls_told *begin, calls_told *end, calls_told *untimed,
            const struct tape_event *event, const struct tape_event *const last, int *status, const bool slack)
{
    void *const context = calls->receiver->context;
    struct stack *stack = calls->current;
    struct call *top = stack->calls + stack->depth; /* one above the innermost */
    uint32_t depth = stack->depth;
    const uint32_t room = stack->room;
    const uint64_t number = stack->number, waited = calls->waited;
    struct moment at = calls->at;
    int told = 0;
    if (!slack)
        at.slack = at.gap_slack = 0;
    for (; event < last && told == 0 && (slack || event->slack == 0); event++) {
        if (slack && untimed != NULL && depth != room && is_untimed_leaf(event, last)) {
            const struct call leaf = {.depth = depth, .stack = number};
            told = pair_untimed_leaf(&at, waited, leaf, depth != 0 ? top - 1 : NULL, event++, untimed, context);
        } else if (event->kind == TAPE_ENTRY && depth != room) {
            struct call *call = top, *parent = depth != 0 ? call - 1 : NULL;
            if (event + 1 < last && event[1].kind == TAPE_EXIT && (slack || event[1].slack == 0)) {
                const struct call leaf = {.depth = depth, .stack = number};
                told = pair_leaf(&at, waited, leaf, parent, event++, begin, end, context, slack);
            } else {
                pass_event(&at, event, slack);
                begin_at(&at, waited, call, event->function, untimed_flag(event, CALL_UNTIMED_START));
                call->depth = depth++;
                call->stack = number;
                call->number = ++at.entries;
                top++;
                told = begin != NULL ? begin(context, call, parent) : 0;
            }
        } else if (event->kind == TAPE_EXIT && depth != 0) {
            pass_event(&at, event, slack);
            struct call *call = --top, *parent = --depth != 0 ? call - 1 : NULL;
            if (!slack && call->start_slack != 0)
                __builtin_unreachable(); /* so end() needs not look at it */
            end_at(&at, waited, call, parent, untimed_flag(event, CALL_UNTIMED_END));
            told = end != NULL ? end(context, call, parent) : 0;
        } else {
            break;
        }
        at.gap_slack = 0;
    }
    *status = told;
    calls->at = at;
    stack->depth = depth;
    return event;
}

/* Entries and exits, as long as nothing else comes and each finds its place: most of what a thread does. Says the same
 * as calls_feed, with what changes at each event in registers. Returns the first event that was not fed. Where
 * `untimed` is not NULL it is told in place of begin() and end() of a call that calls nothing and has no times: its
 * start and its end, and the gaps before them, have end_slack and end_run. */
static inline __attribute__((always_inline)) const struct tape_event *
pair_plain(struct calls *calls, calls_told *begin, calls_told *end, calls_told *untimed, const struct tape_event *event,
           const struct tape_event *const last, int *status)
{
    if (calls->at.slack_seen)
        return pair_events(calls, begin, end, untimed, event, last, status, true);
    return pair_events(calls, begin, end, untimed, event, last, status, false);
}

#endif
