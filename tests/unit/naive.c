#include "naive.h"

#include <string.h>

#include "calls/calls.h"

uint32_t naive_below(struct naive_random *random, uint32_t limit)
{
    /* splitmix64, Steele, Lea and Flood 2014 */
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ z >> 31) % limit);
}

static struct tape_event random_event(struct naive_random *random, bool gaps)
{
    struct tape_event event = {.kind = TAPE_EXIT, .timed = true};
    uint32_t dice = naive_below(random, 100);
    event.function = 1 + naive_below(random, NAIVE_FUNCTIONS);
    event.n = naive_below(random, 4);
    if (dice < 48)
        event.kind = TAPE_ENTRY;
    else if (dice < 86)
        event.kind = TAPE_EXIT;
    else if (dice < 90)
        event.kind = TAPE_JUMP;
    else if (dice < 95)
        event.kind = TAPE_STACK;
    else if (dice < 96)
        event.kind = TAPE_STRAY;
    else if (dice < 97)
        event.kind = TAPE_LOST;
    else if (dice < 98)
        event = (struct tape_event){.kind = TAPE_WAIT, .n = naive_below(random, 120)};
    else
        event.kind = gaps ? TAPE_GAP : TAPE_ENTRY;
    return event;
}

/* `slack`: of the run so far, 0 where it has none without a time. */
static void lose_time(struct tape_event *event, struct naive_random *random, uint64_t *slack)
{
    event->timed = naive_below(random, 3) == 0;
    event->cost = naive_below(random, 200);
    if (!event->timed && *slack == 0)
        *slack = 1 + naive_below(random, 400);
    event->slack = event->timed ? 0 : *slack;
    *slack = event->timed ? 0 : *slack;
}

void naive_generate(struct naive_events *events, struct naive_random *random, size_t count, uint64_t start,
                    struct naive_choice choice)
{
    uint64_t now = start, slack = 0;
    events->count = count;
    for (size_t i = 0; i < count; i++) {
        struct tape_event event = random_event(random, choice.gaps);
        event.timed = event.kind == TAPE_ENTRY || event.kind == TAPE_EXIT;
        now += event.timed ? naive_below(random, 50) : 0;
        event.ticks = now;
        if (choice.untimed && event.timed)
            lose_time(&event, random, &slack);
        if (event.kind == TAPE_STRAY)
            event.slack = 0;
        events->events[i] = event;
    }
    events->end_ticks = now + naive_below(random, 100);
}

static struct naive_call *innermost(struct naive_calls *calls, uint64_t stack)
{
    for (size_t i = calls->count; i-- != 0;)
        if (calls->calls[i].open && calls->calls[i].stack == stack)
            return &calls->calls[i];
    return NULL;
}

/* What ends calls, and when. */
struct ending {
    uint64_t now, slack, run;
    uint32_t flag;
};

static void end_one(struct naive_call *call, const struct ending *ending)
{
    call->open = false;
    call->end = ending->now;
    call->end_slack = ending->slack;
    call->end_run = ending->run;
    call->flags |= ending->flag;
}

static void end_innermost(struct naive_calls *calls, uint64_t stack, const struct ending *ending, uint64_t count)
{
    for (struct naive_call *call; count-- != 0 && (call = innermost(calls, stack)) != NULL;)
        end_one(call, ending);
}

static void end_everything(struct naive_calls *calls, const struct ending *ending)
{
    for (size_t i = 0; i < calls->count; i++)
        if (calls->calls[i].open)
            end_one(&calls->calls[i], ending);
}

static void enter(struct naive_calls *calls, const struct tape_event *event, uint64_t stack, uint64_t run)
{
    struct naive_call *parent = innermost(calls, stack);
    long index = parent != NULL ? (long)(parent - calls->calls) : -1;
    calls->calls[calls->count++] = (struct naive_call){
        .function = event->function,
        .stack = stack,
        .start = event->ticks,
        .start_slack = event->slack,
        .start_run = run,
        .flags = event->timed ? 0 : CALL_UNTIMED_START,
        .parent = index,
        .open = true,
    };
}

uint64_t naive_total(const struct naive_call *call)
{
    return call->end - call->start - call->wait;
}

/* What is still waiting is taken out of the slice, and out of all that is open anywhere. */
static void give_slice(struct naive_calls *calls, uint64_t stack, uint64_t slice, uint32_t cost, uint64_t *waiting)
{
    uint64_t held = slice < *waiting ? slice : *waiting;
    struct naive_call *call = innermost(calls, stack);
    *waiting -= held;
    if (call != NULL) {
        call->self += slice - held;
        call->self_cost += cost;
    }
    for (size_t i = 0; i < calls->count; i++) {
        calls->calls[i].wait += calls->calls[i].open ? held : 0;
        calls->calls[i].cost += calls->calls[i].open ? cost : 0;
    }
}

uint64_t naive_run_slack(const struct naive_calls *calls, const struct naive_events *events, size_t index)
{
    for (size_t i = 0; i < events->count; i++)
        if (calls->run[i] == calls->run[index] && events->events[i].kind <= TAPE_EXIT && events->events[i].slack != 0)
            return events->events[i].slack;
    return 0;
}

static long owner_of(struct naive_calls *calls, uint64_t stack)
{
    const struct naive_call *call = innermost(calls, stack);
    return call != NULL ? (long)(call - calls->calls) : -1;
}

void naive_pair(struct naive_calls *calls, const struct naive_events *events)
{
    uint64_t stack = 0, before = 0, jumped = 0, waiting = 0, run = 1, slack = 0;
    bool run_ended = false;
    memset(calls, 0, sizeof *calls);
    for (size_t i = 0; i < events->count; i++) {
        const struct tape_event *event = &events->events[i];
        bool is_event = event->kind == TAPE_ENTRY || event->kind == TAPE_EXIT;
        run += is_event && run_ended;
        run_ended = is_event ? event->timed : run_ended;
        slack = is_event ? event->slack : slack;
        calls->owner[i] = is_event ? owner_of(calls, stack) : -1;
        calls->run[i] = run;
        waiting += event->kind == TAPE_WAIT ? event->n : 0;
        give_slice(calls, stack, event->ticks - before, event->cost, &waiting);
        before = event->ticks;
        if (event->kind == TAPE_JUMP) {
            jumped += event->n;
            continue;
        }
        if (event->kind == TAPE_LOST || event->kind == TAPE_WAIT)
            continue;
        struct ending ending = {event->ticks, slack, run, CALL_JUMPED};
        end_innermost(calls, stack, &ending, jumped);
        jumped = 0;
        calls->unpaired += event->kind == TAPE_STRAY;
        ending.flag = event->kind == TAPE_GAP ? CALL_CUT : event->timed ? 0 : CALL_UNTIMED_END;
        if (event->kind == TAPE_STACK)
            stack = event->n;
        else if (event->kind == TAPE_ENTRY)
            enter(calls, event, stack, run);
        else if (event->kind == TAPE_GAP)
            end_everything(calls, &ending);
        else if (event->kind == TAPE_EXIT && innermost(calls, stack) != NULL)
            end_innermost(calls, stack, &ending, 1);
        else if (event->kind == TAPE_EXIT)
            calls->unpaired++;
    }
    struct ending ending = {events->end_ticks, 0, run + 1, CALL_JUMPED};
    give_slice(calls, stack, events->end_ticks - before, 0, &waiting);
    end_innermost(calls, stack, &ending, jumped);
    ending.flag = CALL_OPEN;
    end_everything(calls, &ending);
}
