#include "tape/runs.h"

#include "base/saturate.h"

static const uint64_t ticks_max = UINT64_C(1) << 59; /* from here on 16 times as much has no room */

struct shares run_shares(uint64_t ticks, uint64_t count, uint64_t gaps, struct probe cost)
{
    uint64_t duration = ticks < ticks_max ? 16 * ticks : UINT64_MAX / 2;
    uint64_t costs = (count - 1) * cost.untimed + cost.timed;
    if (duration >= costs)
        return (struct shares){.over = duration - costs, .gap_ratio = UINT64_MAX / gaps, .cost = cost.untimed};
    return (struct shares){.over = duration, .step = cost.untimed * (UINT64_MAX / costs)};
}

/* What is told by itself to have passed there is no event's. */
static uint64_t add_wait(uint64_t wait, const struct tape_event *event)
{
    if (event->kind == TAPE_COST)
        return saturating_add(wait, event->n / 16);
    return event->kind == TAPE_WAIT ? saturating_add(wait, event->n) : wait;
}

static bool is_special(const struct tape_event *event)
{
    return event->kind > TAPE_EXIT;
}

/* A special counts as of the event before it. */
static void settle_special(struct tape_event *event, uint64_t ticks, uint64_t slack)
{
    event->ticks = ticks;
    if (event->kind == TAPE_STRAY || event->kind == TAPE_INHERIT)
        event->slack = slack;
}

static inline void settle(struct tape_event *event, uint64_t ticks, uint64_t slack, uint32_t cost)
{
    event->ticks = ticks;
    event->slack = slack;
    event->cost = cost;
}

/* All of them at the time of the last timed one. */
static void settle_flat(struct tape_event *events, size_t count, uint64_t ticks)
{
    for (size_t i = 0; i < count; i++) {
        if (is_special(&events[i]))
            settle_special(&events[i], ticks, 0);
        else
            settle(&events[i], ticks, 0, 0);
    }
}

static void settle_among_specials(const struct runs *runs, const struct shares *shares, struct tape_event *events,
                                  size_t length, uint64_t held, uint64_t net)
{
    uint64_t wait = 0, gaps = 0, done = 0, ticks = runs->from, slack = 0;
    for (struct tape_event *event = events; event < events + length; event++) {
        if (is_special(event)) {
            wait = add_wait(wait, event);
            settle_special(event, ticks, slack);
            continue;
        }
        gaps += event->cost;
        slack = net;
        ticks = runs->from + (wait < held ? wait : held) + shares_at(shares, ++done, gaps);
        settle(event, ticks, slack, runs->cost.untimed);
    }
}

static void settle_entries_and_exits(const struct runs *runs, const struct shares *shares, struct tape_event *events,
                                     size_t length, uint64_t net)
{
    const uint64_t from = runs->from;
    const uint32_t cost = runs->cost.untimed;
    const struct shares by = *shares;
    uint64_t parts = 0;
    for (size_t i = 0; i < length; i++) {
        parts += shares_part(&by, events[i].cost);
        settle(&events[i], from + shares_up_to(&by, i + 1, parts), net, cost);
    }
}

/* The `length` words between A and the timed event that `passed` ticks later ends the run. */
static void settle_shared(const struct runs *runs, struct tape_event *events, size_t length, uint64_t passed)
{
    uint64_t held = runs->wait < passed ? runs->wait : passed, net = passed - held, untimed = length - runs->specials;
    const struct shares shares = run_shares(net, untimed + 1, runs->gaps, runs->cost);
    if (runs->specials == 0)
        settle_entries_and_exits(runs, &shares, events, length, net);
    else
        settle_among_specials(runs, &shares, events, length, held, net);
    if (untimed != 0 && shares_surprise(&shares, runs->gaps)) {
        runs->times->surprises++;
        runs->times->surprise_ticks += net;
    }
}

static void begin_run(struct runs *runs, uint64_t ticks)
{
    runs->from = ticks;
    runs->wait = runs->gaps = runs->specials = runs->passed = 0;
    runs->endless = false;
}

void runs_end(struct runs *runs, uint64_t gaps, struct tape_event *first, struct tape_event *last)
{
    size_t length = (size_t)(last - first);
    runs->gaps += gaps;
    if (runs->endless || length + runs->passed > CT_RUN_MAX)
        settle_flat(first, length, runs->from);
    else if (length != 0)
        settle_shared(runs, first, length, last->ticks - runs->from);
    last->cost = runs->cost.timed;
    begin_run(runs, last->ticks);
}

void runs_special(struct runs *runs, const struct tape_event *event)
{
    runs->wait = add_wait(runs->wait, event);
    runs->specials++;
}

void runs_give_times(struct runs *runs, struct tape_event *events, size_t count)
{
    settle_flat(events, count, runs->from);
    runs->endless = true;
}

void runs_give_up(struct runs *runs, struct tape_event *events, size_t count)
{
    settle_flat(events, count, runs->from);
    begin_run(runs, runs->from);
}
