/* Filters on random events, against the naive reference: what is shown, below whom, with what times; and that what is
 * shown and what is left out sum to all. Ranges against the same events cut by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calls/filter.h"
#include "naive.h"

enum { MOST = NAIVE_MOST_EVENTS };

struct shown_call {
    uint32_t function, depth, flags;
    uint64_t stack, start, end, total, self, cost, self_cost;
    long parent; /* index here, or -1 */
    bool open;
};

struct shown {
    struct shown_call calls[MOST]; /* in the order of begin() */
    size_t count;
    uint64_t notes;
};

static int on_begin(void *context, struct call *call, const struct call *parent)
{
    struct shown *shown = context;
    call->tag = (uint32_t)shown->count;
    shown->calls[shown->count++] = (struct shown_call){
        .function = call->function,
        .depth = call->depth,
        .stack = call->stack,
        .parent = parent != NULL ? (long)parent->tag : -1,
        .open = true,
    };
    return 0;
}

static int on_end(void *context, struct call *call, const struct call *parent)
{
    struct shown *shown = context;
    struct shown_call *mine = &shown->calls[call->tag];
    assert_true(mine->open);
    assert_int_equal(mine->function, call->function);
    assert_int_equal(mine->depth, call->depth);
    assert_int_equal(mine->parent, parent != NULL ? (long)parent->tag : -1);
    mine->open = false;
    mine->flags = call->flags;
    mine->start = call->start_ticks;
    mine->end = call->end_ticks;
    mine->total = call_total_ticks(call);
    mine->self = call_self_ticks(call);
    mine->cost = call_total_cost(call);
    mine->self_cost = call_self_cost(call);
    return 0;
}

static int on_note(void *context, const struct tape_event *event)
{
    struct shown *shown = context;
    (void)event;
    shown->notes++;
    return 0;
}

/* ---- the reference: marks what is shown, then looks for each call's nearest shown caller --------------------------
 */

struct marks {
    bool shown[MOST];
    long outer[MOST]; /* the nearest caller shown, or -1 */
    uint64_t self[MOST], self_cost[MOST];
    struct filter_left left;
};

static bool has_root(const struct naive_calls *calls, const struct filter_choice *choice, long i)
{
    for (; i >= 0; i = calls->calls[i].parent)
        if ((choice->functions[calls->calls[i].function] & FILTER_ROOT) != 0)
            return true;
    return false;
}

static uint32_t shown_above(const struct naive_calls *calls, const struct marks *marks, long i)
{
    uint32_t above = 0;
    while ((i = calls->calls[i].parent) >= 0)
        above += marks->shown[i];
    return above;
}

static bool took_enough(const struct naive_call *call, const struct filter_choice *choice)
{
    int64_t took = (int64_t)naive_total(call) - (choice->raw ? 0 : (int64_t)(call->cost / 16));
    return took >= (int64_t)choice->least_ticks;
}

/* 0: it has no entry. */
static uint64_t number_of(const struct naive_calls *calls, size_t i)
{
    uint64_t number = 0;
    for (size_t k = 0; k <= i; k++)
        number += (calls->calls[k].flags & CALL_INHERITED) == 0;
    return (calls->calls[i].flags & CALL_INHERITED) == 0 ? number : 0;
}

/* Some calls, some of them far from the others. */
static struct call_marks *random_marks(struct naive_random *random)
{
    struct call_marks *marks = call_marks_create(2);
    assert_non_null(marks);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(call_marks_add(marks, naive_below(random, 2), 1 + naive_below(random, 150)), 0);
    for (uint64_t far = 1; far < UINT64_C(1) << 26; far *= 64) {
        assert_int_equal(call_marks_add(marks, 0, far << 10), 0);
        assert_true(call_marks_has(marks, 0, far << 10) && !call_marks_has(marks, 1, far << 10));
        assert_false(call_marks_has(marks, 0, (far << 10) + 1 + (far << 9)));
    }
    return marks;
}

/* Calls stand in the order of their entries: callers before what they call. */
static void mark(struct marks *marks, const struct naive_calls *calls, const struct filter_choice *choice)
{
    memset(marks, 0, sizeof *marks);
    for (size_t i = 0; i < calls->count; i++)
        marks->shown[i] =
            (choice->functions == NULL || (choice->functions[calls->calls[i].function] & FILTER_SHOWN) != 0) &&
            (!choice->roots || has_root(calls, choice, (long)i)) &&
            (choice->marked == NULL || call_marks_has(choice->marked, 1, number_of(calls, i))) &&
            shown_above(calls, marks, (long)i) < choice->depth;
    /* What took long enough keeps its callers. */
    static bool kept[MOST];
    memset(kept, 0, sizeof kept);
    for (size_t i = 0; i < calls->count; i++)
        if (marks->shown[i] && (choice->least_ticks == 0 || took_enough(&calls->calls[i], choice)))
            for (long j = (long)i; j >= 0; j = calls->calls[j].parent)
                kept[j] = true;
    for (size_t i = 0; i < calls->count; i++)
        marks->shown[i] = marks->shown[i] && kept[i];
}

static void give_time(struct marks *marks, const struct naive_calls *calls)
{
    for (size_t i = 0; i < calls->count; i++) {
        long owner = (long)i, outer = calls->calls[i].parent;
        while (owner >= 0 && !marks->shown[owner])
            owner = calls->calls[owner].parent;
        while (outer >= 0 && !marks->shown[outer])
            outer = calls->calls[outer].parent;
        marks->outer[i] = outer;
        marks->left.calls += !marks->shown[i];
        *(owner >= 0 ? &marks->self[owner] : &marks->left.ticks) += calls->calls[i].self;
        *(owner >= 0 ? &marks->self_cost[owner] : &marks->left.cost) += calls->calls[i].self_cost;
    }
}

/* The shown call that is this one: calls of one time and function are told apart by their turn. */
static const struct shown_call *find(const struct shown *shown, const struct naive_call *call, bool *used)
{
    for (size_t i = 0; i < shown->count; i++) {
        const struct shown_call *it = &shown->calls[i];
        if (!used[i] && it->function == call->function && it->stack == call->stack && it->start == call->start &&
            it->end == call->end && it->total == naive_total(call)) {
            used[i] = true;
            return it;
        }
    }
    return NULL;
}

/* In the order of entries, as the reference has them; where times are least, begin() may come later. */
static void compare(const struct shown *shown, const struct naive_calls *calls, const struct marks *marks, bool late)
{
    static bool used[MOST];
    size_t next = 0;
    memset(used, 0, sizeof used);
    for (size_t i = 0; i < calls->count; i++) {
        if (!marks->shown[i])
            continue;
        const struct shown_call *it = late ? find(shown, &calls->calls[i], used) : &shown->calls[next];
        next++;
        assert_non_null(it);
        assert_false(it->open);
        assert_int_equal(it->function, calls->calls[i].function);
        assert_int_equal(it->flags, calls->calls[i].flags);
        assert_int_equal(it->depth, shown_above(calls, marks, (long)i));
        assert_int_equal(it->total, naive_total(&calls->calls[i]));
        assert_int_equal(it->cost, calls->calls[i].cost);
        if (late)
            continue;
        assert_int_equal(it->self, marks->self[i]);
        assert_int_equal(it->self_cost, marks->self_cost[i]);
        assert_int_equal(it->parent < 0, marks->outer[i] < 0);
    }
    assert_int_equal(next, shown->count);
}

static void sums_are_whole(const struct shown *shown, const struct naive_calls *calls, const struct filter_left *left)
{
    uint64_t self = left->ticks, cost = left->cost;
    for (size_t i = 0; i < shown->count; i++) {
        self += shown->calls[i].self;
        cost += shown->calls[i].self_cost;
    }
    for (size_t i = 0; i < calls->count; i++) {
        self -= calls->calls[i].self;
        cost -= calls->calls[i].self_cost;
    }
    assert_int_equal(self, 0);
    assert_int_equal(cost, 0);
}

static struct filter_left play(struct shown *shown, const struct naive_events *events,
                               const struct filter_choice *choice)
{
    struct error error;
    struct filter_left left = {0};
    const struct calls_receiver receiver = {.begin = on_begin, .end = on_end, .note = on_note, .context = shown};
    memset(shown, 0, sizeof *shown);
    struct filter *filter = filter_create(choice, &receiver, &error);
    assert_non_null(filter);
    filter_enter(filter, 1);
    int status = 0;
    for (size_t i = 0; i < events->count && status == 0; i++)
        status = filter_feed(filter, &events->events[i], &error);
    assert_true(status >= 0);
    assert_int_equal(filter_finish(filter, events->end_ticks), 0);
    assert_int_equal(filter_depth(filter), 0);
    filter_left_add(&left, filter);
    filter_destroy(filter);
    return left;
}

static void random_functions(uint8_t *functions, struct naive_random *random, bool roots)
{
    for (uint32_t i = 0; i <= NAIVE_FUNCTIONS; i++)
        functions[i] = (uint8_t)((naive_below(random, 3) != 0 ? FILTER_SHOWN : 0) |
                                 (roots && naive_below(random, 4) == 0 ? FILTER_ROOT : 0));
}

static void filters_show_what_the_reference_says(void **state)
{
    static struct naive_events events;
    static struct naive_calls calls;
    static struct shown shown;
    static struct marks marks;
    struct naive_random random = {20261124};
    uint64_t some_shown = 0, some_left = 0, some_late = 0, some_marked = 0;
    (void)state;
    for (size_t round = 0; round < 400; round++) {
        uint8_t functions[NAIVE_FUNCTIONS + 1];
        struct filter_choice choice = {.depth = UINT32_MAX, .to_ticks = UINT64_MAX, .raw = round % 5 == 0};
        if (round % 2 == 0)
            choice.functions = functions;
        choice.roots = round % 4 == 0;
        random_functions(functions, &random, choice.roots);
        if (round % 3 == 0)
            choice.depth = naive_below(&random, 4);
        if (round % 8 >= 5)
            choice.least_ticks = 1 + naive_below(&random, 400);
        struct call_marks *marked = round % 6 == 1 ? random_marks(&random) : NULL;
        choice.marked = marked;
        naive_generate(&events, &random, 1 + naive_below(&random, 600), naive_below(&random, 1000),
                       (struct naive_choice){.gaps = round % 7 == 0, .untimed = round % 2 == 1 || round % 16 == 0});
        naive_pair(&calls, &events);
        mark(&marks, &calls, &choice);
        give_time(&marks, &calls);
        struct filter_left left = play(&shown, &events, &choice);
        compare(&shown, &calls, &marks, choice.least_ticks != 0);
        sums_are_whole(&shown, &calls, &left);
        assert_int_equal(left.calls, marks.left.calls);
        assert_int_equal(left.ticks, marks.left.ticks);
        assert_int_equal(left.cost, marks.left.cost);
        call_marks_destroy(marked);
        some_marked += marked != NULL ? shown.count : 0;
        some_shown += shown.count;
        some_left += left.calls;
        some_late += choice.least_ticks != 0 ? shown.count : 0;
    }
    assert_true(some_shown > 10000 && some_left > 10000 && some_late > 1000 && some_marked > 500);
}

/* What a call has of its time in the range: the slices between events, cut, by the owner of each. Without waits, costs
 * and jumps, whose own tests are those of calls. */
static void ranges_cut_calls(void **state)
{
    static struct naive_events events;
    static struct naive_calls calls;
    static struct shown shown;
    struct naive_random random = {7};
    (void)state;
    for (size_t round = 0; round < 300; round++) {
        naive_generate(&events, &random, 300, 100, (struct naive_choice){0});
        for (size_t i = 0; i < events.count; i++)
            if (events.events[i].kind == TAPE_WAIT || events.events[i].kind == TAPE_JUMP)
                events.events[i] = (struct tape_event){.kind = TAPE_LOST, .ticks = events.events[i].ticks};
        naive_pair(&calls, &events);
        uint64_t from = 100 + naive_below(&random, 4000), to = from + 1 + naive_below(&random, 3000);
        const struct filter_choice choice = {.depth = UINT32_MAX, .from_ticks = from, .to_ticks = to};
        play(&shown, &events, &choice);
        uint64_t began = 0, earlier = 0, later = 0, took = 0, counted = 0, cut = 0, ended = 0, total = 0;
        for (size_t i = 0; i < calls.count; i++) {
            const struct naive_call *call = &calls.calls[i];
            uint64_t start = call->start > from ? call->start : from, end = call->end < to ? call->end : to;
            bool is_later = call->end > to || (call->end == to && call->start < to);
            if (call->start >= to || call->end < from || (call->end == from && call->start < from))
                continue;
            began += call->start >= from;
            earlier += call->start < from;
            later += is_later && call->end > to;
            took += end - start;
        }
        for (size_t i = 0; i < shown.count; i++) {
            const struct shown_call *call = &shown.calls[i];
            bool empty = (call->flags & CALL_EARLIER) != 0 && call->end == from;
            assert_true(call->start >= from && call->end <= to);
            counted += (call->flags & CALL_EARLIER) == 0;
            cut += (call->flags & CALL_EARLIER) != 0 && !empty;
            ended += (call->flags & CALL_LATER) != 0;
            total += call->total;
        }
        assert_int_equal(counted, began);
        assert_int_equal(cut, earlier);
        assert_true(ended >= later);
        assert_int_equal(total, took);
    }
}

/* Ranges that meet sum to the whole, whatever else is filtered: calls and selfs. */
static void ranges_that_meet_sum_to_the_whole(void **state)
{
    static struct naive_events events;
    static struct shown shown;
    struct naive_random random = {8};
    (void)state;
    for (size_t round = 0; round < 200; round++) {
        uint64_t self[2] = {0}, cost[2] = {0}, calls[2] = {0};
        uint8_t functions[NAIVE_FUNCTIONS + 1];
        random_functions(functions, &random, true);
        naive_generate(&events, &random, 400, 100, (struct naive_choice){.untimed = round % 2 == 0});
        uint64_t cuts[] = {0, 100 + naive_below(&random, 3000), 3100 + naive_below(&random, 3000), UINT64_MAX};
        for (size_t part = 0; part < 4; part++) {
            struct filter_choice choice = {.functions = functions, .depth = 4, .to_ticks = UINT64_MAX};
            choice.from_ticks = part < 3 ? cuts[part] : 0;
            choice.to_ticks = part < 3 ? cuts[part + 1] : UINT64_MAX;
            struct filter_left left = play(&shown, &events, &choice);
            self[part < 3] += left.ticks;
            cost[part < 3] += left.cost;
            calls[part < 3] += left.calls;
            for (size_t i = 0; i < shown.count; i++) {
                self[part < 3] += shown.calls[i].self;
                cost[part < 3] += shown.calls[i].self_cost;
                calls[part < 3] += (shown.calls[i].flags & CALL_EARLIER) == 0;
            }
        }
        assert_true(self[0] != 0 && calls[0] != 0);
        assert_int_equal(calls[1], calls[0]);
        assert_int_equal(self[1], self[0]);
        assert_int_equal(cost[1], cost[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_show_what_the_reference_says),
        cmocka_unit_test(ranges_cut_calls),
        cmocka_unit_test(ranges_that_meet_sum_to_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
