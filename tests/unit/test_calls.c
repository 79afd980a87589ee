/* Pairing: random events against the naive reference, and the cases that have names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calls/calls.h"
#include "naive.h"

struct seen {
    struct naive_calls calls; /* self from child and away time; in the order of entries */
    uint64_t unpaired, notes;
    size_t open, most_open;
};

static int on_begin(void *context, struct call *call, const struct call *parent)
{
    struct seen *seen = context;
    call->tag = (uint32_t)seen->calls.count;
    seen->calls.calls[seen->calls.count++] = (struct naive_call){
        .function = call->function, .stack = call->stack, .parent = parent != NULL ? (long)parent->tag : -1};
    seen->open++;
    seen->most_open = seen->open > seen->most_open ? seen->open : seen->most_open;
    return 0;
}

static int on_end(void *context, struct call *call, const struct call *parent)
{
    struct seen *seen = context;
    struct naive_call *mine = &seen->calls.calls[call->tag];
    assert_int_equal(mine->parent, parent != NULL ? (long)parent->tag : -1);
    mine->start = call->start_ticks;
    mine->end = call->end_ticks;
    mine->self = call_self_ticks(call);
    mine->wait = call->wait_ticks;
    mine->self_cost = call_self_cost(call);
    mine->cost = call_total_cost(call);
    mine->start_slack = call->start_slack;
    mine->end_slack = call->end_slack;
    mine->start_run = call->start_run;
    mine->end_run = call->end_run;
    mine->flags = call->flags;
    assert_int_equal(call_total_ticks(call), naive_total(mine));
    seen->open--;
    return 0;
}

static int on_note(void *context, const struct tape_event *event)
{
    struct seen *seen = context;
    seen->unpaired += event->kind == TAPE_STRAY || event->kind == TAPE_EXIT;
    seen->notes++;
    return 0;
}

static void feed(struct seen *seen, const struct naive_events *events)
{
    struct error error;
    memset(seen, 0, sizeof *seen);
    const struct calls_receiver receiver = {.begin = on_begin, .end = on_end, .note = on_note, .context = seen};
    struct calls *calls = calls_create(&receiver, &error);
    assert_non_null(calls);
    for (size_t i = 0; i < events->count; i++) {
        assert_int_equal(calls_feed(calls, &events->events[i], &error), 0);
        if (calls_check(calls, &error) != 0)
            fail_msg("after event %zu: %s", i, error.text);
    }
    assert_int_equal(calls_finish(calls, events->end_ticks), 0);
    assert_int_equal(calls_depth(calls), 0);
    calls_destroy(calls);
    assert_int_equal(seen->open, 0);
}

static void compare(const struct naive_calls *expected, const struct seen *seen)
{
    assert_int_equal(expected->count, seen->calls.count);
    for (size_t i = 0; i < expected->count; i++) {
        const struct naive_call *one = &expected->calls[i], *other = &seen->calls.calls[i];
        assert_int_equal(one->function, other->function);
        assert_int_equal(one->stack, other->stack);
        assert_int_equal(one->parent, other->parent);
        assert_int_equal(one->start, other->start);
        assert_int_equal(one->end, other->end);
        assert_int_equal(one->self, other->self);
        assert_int_equal(one->wait, other->wait);
        assert_int_equal(one->flags, other->flags);
        assert_int_equal(one->self_cost, other->self_cost);
        assert_int_equal(one->cost, other->cost);
        assert_int_equal(one->start_slack, other->start_slack);
        assert_int_equal(one->end_slack, other->end_slack);
        assert_int_equal(one->start_run, other->start_run);
        assert_int_equal(one->end_run, other->end_run);
    }
    assert_int_equal(expected->unpaired, seen->unpaired);
}

static void random_events_pair_as_the_reference_says(void **state)
{
    static struct naive_events events;
    static struct naive_calls expected;
    static struct seen seen;
    struct naive_random random = {20261121};
    (void)state;
    for (size_t round = 0; round < 300; round++) {
        naive_generate(&events, &random, 1 + naive_below(&random, 600), naive_below(&random, 1000),
                       (struct naive_choice){.gaps = round % 3 == 0, .untimed = round % 2 == 0});
        naive_pair(&expected, &events);
        feed(&seen, &events);
        compare(&expected, &seen);
    }
}

static struct tape_event make(enum tape_event_kind kind, uint64_t ticks, uint64_t n, uint32_t function)
{
    return (struct tape_event){.ticks = ticks, .n = n, .function = function, .kind = (uint8_t)kind, .timed = true};
}

static void play(struct seen *seen, const struct tape_event *list, size_t count, uint64_t end)
{
    static struct naive_events events;
    memcpy(events.events, list, count * sizeof *list);
    events.count = count;
    events.end_ticks = end;
    feed(seen, &events);
}

static void a_jump_ends_calls_when_it_is_noticed(void **state)
{
    static struct seen seen;
    const struct tape_event list[] = {
        make(TAPE_ENTRY, 10, 0, 1), make(TAPE_ENTRY, 20, 0, 2), make(TAPE_ENTRY, 30, 0, 3), make(TAPE_JUMP, 30, 2, 0),
        make(TAPE_WAIT, 30, 5, 0),  make(TAPE_ENTRY, 50, 0, 4), make(TAPE_EXIT, 60, 0, 0),  make(TAPE_EXIT, 70, 0, 0),
    };
    (void)state;
    play(&seen, list, sizeof list / sizeof *list, 99);
    assert_int_equal(seen.calls.calls[1].end, 50);
    assert_int_equal(seen.calls.calls[1].flags, CALL_JUMPED);
    assert_int_equal(seen.calls.calls[2].end, 50);
    assert_int_equal(seen.calls.calls[3].parent, 0);
    assert_int_equal(seen.calls.calls[0].end, 70);
    assert_int_equal(seen.calls.calls[0].flags, 0);
}

static void stacks_do_not_nest_and_share_time_once(void **state)
{
    static struct seen seen;
    const struct tape_event list[] = {
        make(TAPE_ENTRY, 0, 0, 1),  make(TAPE_STACK, 10, 7, 0), make(TAPE_ENTRY, 20, 0, 2), make(TAPE_STACK, 30, 0, 0),
        make(TAPE_STACK, 40, 7, 0), make(TAPE_EXIT, 70, 0, 0),  make(TAPE_STACK, 70, 0, 0), make(TAPE_EXIT, 100, 0, 0),
    };
    (void)state;
    play(&seen, list, sizeof list / sizeof *list, 100);
    assert_int_equal(seen.calls.calls[1].parent, -1);
    assert_int_equal(seen.calls.calls[1].self, 40);
    assert_int_equal(seen.calls.calls[1].end - seen.calls.calls[1].start, 50);
    assert_int_equal(seen.calls.calls[0].self, 50);
    assert_int_equal(seen.calls.calls[0].end, 100);
}

/* Told before the event that follows the wait, or before one whose clock was read first; never more than has passed. */
static void waits_are_in_no_call(void **state)
{
    static struct seen seen;
    const struct tape_event list[] = {
        make(TAPE_ENTRY, 10, 0, 1), make(TAPE_ENTRY, 20, 0, 2), make(TAPE_WAIT, 20, 30, 0),
        make(TAPE_EXIT, 60, 0, 0),  make(TAPE_WAIT, 60, 50, 0), make(TAPE_ENTRY, 60, 0, 3),
        make(TAPE_EXIT, 115, 0, 0), make(TAPE_EXIT, 120, 0, 0), make(TAPE_WAIT, 120, 9, 0),
    };
    (void)state;
    play(&seen, list, sizeof list / sizeof *list, 125);
    assert_int_equal(seen.calls.calls[1].self, 10);
    assert_int_equal(naive_total(&seen.calls.calls[1]), 10);
    assert_int_equal(seen.calls.calls[2].self, 5);
    assert_int_equal(seen.calls.calls[0].wait, 80);
    assert_int_equal(naive_total(&seen.calls.calls[0]), 30);
    assert_int_equal(seen.calls.calls[0].self, 15);
}

static void inherited_frames_are_marked(void **state)
{
    static struct seen seen;
    const struct tape_event list[] = {make(TAPE_INHERIT, 5, 0, 1), make(TAPE_ENTRY, 6, 0, 2), make(TAPE_EXIT, 8, 0, 0)};
    (void)state;
    play(&seen, list, 3, 20);
    assert_int_equal(seen.calls.calls[0].flags, CALL_INHERITED | CALL_OPEN);
    assert_int_equal(seen.calls.calls[0].end, 20);
    assert_int_equal(seen.calls.calls[1].flags, 0);
}

static void a_gap_cuts_what_is_open(void **state)
{
    static struct seen seen;
    const struct tape_event list[] = {make(TAPE_ENTRY, 5, 0, 1), make(TAPE_GAP, 9, 0, 0), make(TAPE_EXIT, 12, 0, 0)};
    (void)state;
    play(&seen, list, 3, 20);
    assert_int_equal(seen.calls.calls[0].flags, CALL_CUT);
    assert_int_equal(seen.calls.calls[0].end, 9);
    assert_int_equal(seen.unpaired, 1);
}

static void times_that_run_backwards_do_no_harm(void **state)
{
    static struct seen seen;
    const struct tape_event list[] = {make(TAPE_ENTRY, 50, 0, 1), make(TAPE_ENTRY, 20, 0, 2),
                                      make(TAPE_EXIT, 10, 0, 0)};
    (void)state;
    play(&seen, list, 3, 0);
    assert_int_equal(seen.calls.calls[1].end - seen.calls.calls[1].start, 0);
    assert_int_equal(seen.calls.calls[0].end, 50);
}

struct counter {
    uint64_t begun, ended, deepest;
};

static int count_begin(void *context, struct call *call, const struct call *parent)
{
    struct counter *counter = context;
    (void)parent;
    counter->begun++;
    counter->deepest = call->depth > counter->deepest ? call->depth : counter->deepest;
    return 0;
}

static int count_end(void *context, struct call *call, const struct call *parent)
{
    struct counter *counter = context;
    (void)call;
    (void)parent;
    counter->ended++;
    return 0;
}

static void a_million_deep(void **state)
{
    enum { DEEP = 1000000 };
    struct counter counter = {0};
    struct error error;
    const struct calls_receiver receiver = {.begin = count_begin, .end = count_end, .context = &counter};
    struct calls *calls = calls_create(&receiver, &error);
    struct tape_event event = make(TAPE_ENTRY, 0, 0, 1);
    (void)state;
    for (event.ticks = 0; event.ticks < DEEP; event.ticks++)
        assert_int_equal(calls_feed(calls, &event, &error), 0);
    assert_int_equal(calls_check(calls, &error), 0);
    assert_int_equal(calls_finish(calls, 2 * DEEP), 0);
    calls_destroy(calls);
    assert_int_equal(counter.begun, DEEP);
    assert_int_equal(counter.ended, DEEP);
    assert_int_equal(counter.deepest, DEEP - 1);
}

static void stacks_that_come_and_go_are_forgotten(void **state)
{
    struct counter counter = {0};
    struct error error;
    const struct calls_receiver receiver = {.begin = count_begin, .end = count_end, .context = &counter};
    struct calls *calls = calls_create(&receiver, &error);
    (void)state;
    for (uint64_t i = 0; i < 200000; i++) {
        const struct tape_event list[] = {make(TAPE_STACK, i, i * UINT64_C(0x100000001), 0), make(TAPE_ENTRY, i, 0, 1),
                                          make(TAPE_EXIT, i, 0, 0)};
        for (size_t n = 0; n < 3; n++)
            assert_int_equal(calls_feed(calls, &list[n], &error), 0);
    }
    /* Looks at every stack that is kept: with all 200,000 of them this test would take minutes. */
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(calls_check(calls, &error), 0);
    assert_int_equal(calls_finish(calls, 0), 0);
    calls_destroy(calls);
    assert_int_equal(counter.begun, 200000);
}

static int refuse(void *context, struct call *call, const struct call *parent)
{
    (void)call;
    (void)parent;
    return error_set(context, "enough");
}

static void a_receiver_can_stop(void **state)
{
    struct error error;
    const struct calls_receiver receiver = {.begin = refuse, .context = &error};
    struct calls *calls = calls_create(&receiver, &error);
    const struct tape_event event = make(TAPE_ENTRY, 1, 0, 1);
    (void)state;
    assert_int_equal(calls_feed(calls, &event, &error), -1);
    assert_string_equal(error.text, "enough");
    calls_destroy(calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_events_pair_as_the_reference_says),
        cmocka_unit_test(a_jump_ends_calls_when_it_is_noticed),
        cmocka_unit_test(stacks_do_not_nest_and_share_time_once),
        cmocka_unit_test(waits_are_in_no_call),
        cmocka_unit_test(inherited_frames_are_marked),
        cmocka_unit_test(a_gap_cuts_what_is_open),
        cmocka_unit_test(times_that_run_backwards_do_no_harm),
        cmocka_unit_test(a_million_deep),
        cmocka_unit_test(stacks_that_come_and_go_are_forgotten),
        cmocka_unit_test(a_receiver_can_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
