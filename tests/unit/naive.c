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

void naive_generate(struct naive_events *events, struct naive_random *random, size_t count, uint64_t start, bool gaps)
{
    uint64_t now = start;
    events->count = count;
    for (size_t i = 0; i < count; i++) {
        struct tape_event event = random_event(random, gaps);
        event.timed = event.kind == TAPE_ENTRY || event.kind == TAPE_EXIT;
        now += event.timed ? naive_below(random, 50) : 0;
        event.ticks = now;
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

static void end_innermost(struct naive_calls *calls, uint64_t stack, uint64_t now, uint32_t flag, uint64_t count)
{
    for (struct naive_call *call; count-- != 0 && (call = innermost(calls, stack)) != NULL;) {
        call->open = false;
        call->end = now;
        call->flags |= flag;
    }
}

static void end_everything(struct naive_calls *calls, uint64_t now, uint32_t flag)
{
    for (size_t i = 0; i < calls->count; i++) {
        if (!calls->calls[i].open)
            continue;
        calls->calls[i].open = false;
        calls->calls[i].end = now;
        calls->calls[i].flags |= flag;
    }
}

static void enter(struct naive_calls *calls, const struct tape_event *event, uint64_t stack)
{
    struct naive_call *parent = innermost(calls, stack);
    long index = parent != NULL ? (long)(parent - calls->calls) : -1;
    calls->calls[calls->count++] = (struct naive_call){
        .function = event->function, .stack = stack, .start = event->ticks, .parent = index, .open = true};
}

uint64_t naive_total(const struct naive_call *call)
{
    return call->end - call->start - call->wait;
}

/* What is still waiting is taken out of the slice, and out of all that is open anywhere. */
static void give_slice(struct naive_calls *calls, uint64_t stack, uint64_t slice, uint64_t *waiting)
{
    uint64_t held = slice < *waiting ? slice : *waiting;
    struct naive_call *call = innermost(calls, stack);
    *waiting -= held;
    if (call != NULL)
        call->self += slice - held;
    for (size_t i = 0; i < calls->count; i++)
        calls->calls[i].wait += calls->calls[i].open ? held : 0;
}

void naive_pair(struct naive_calls *calls, const struct naive_events *events)
{
    uint64_t stack = 0, before = 0, jumped = 0, waiting = 0;
    memset(calls, 0, sizeof *calls);
    for (size_t i = 0; i < events->count; i++) {
        const struct tape_event *event = &events->events[i];
        waiting += event->kind == TAPE_WAIT ? event->n : 0;
        give_slice(calls, stack, event->ticks - before, &waiting);
        before = event->ticks;
        if (event->kind == TAPE_JUMP) {
            jumped += event->n;
            continue;
        }
        if (event->kind == TAPE_LOST || event->kind == TAPE_WAIT)
            continue;
        end_innermost(calls, stack, event->ticks, CALL_JUMPED, jumped);
        jumped = 0;
        calls->unpaired += event->kind == TAPE_STRAY;
        if (event->kind == TAPE_STACK)
            stack = event->n;
        else if (event->kind == TAPE_ENTRY)
            enter(calls, event, stack);
        else if (event->kind == TAPE_GAP)
            end_everything(calls, event->ticks, CALL_CUT);
        else if (event->kind == TAPE_EXIT && innermost(calls, stack) != NULL)
            end_innermost(calls, stack, event->ticks, 0, 1);
        else if (event->kind == TAPE_EXIT)
            calls->unpaired++;
    }
    give_slice(calls, stack, events->end_ticks - before, &waiting);
    end_innermost(calls, stack, events->end_ticks, CALL_JUMPED, jumped);
    end_everything(calls, events->end_ticks, CALL_OPEN);
}
