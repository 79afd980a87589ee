/* Paths and timeline of tapes of random events, against the naive reference; and what labels say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyze/labels.h"
#include "analyze/order.h"
#include "analyze/paths.h"
#include "analyze/timeline.h"
#include "random_tapes.h"
#include "tape_maker.h"
enum { ROUNDS = 12 };
static const char tape_path_here[] = "test_analyze.tape";

/* Do the paths of a call and of a node hold the same functions? */
static bool is_on_path(const struct naive_calls *calls, const struct naive_call *call, const struct paths *paths,
                       uint32_t node)
{
    for (;;) {
        if (node == 0 || paths->nodes[node].function != same(call->function))
            return false;
        node = paths->nodes[node].parent;
        if (call->parent < 0)
            return node == 0;
        call = &calls->calls[call->parent];
    }
}

struct place {
    const struct paths *paths;
    uint32_t node;
};

static bool is_at(const void *what, uint32_t thread, const struct naive_call *call)
{
    const struct place *place = what;
    return is_on_path(&expected.calls[thread], call, place->paths, place->node);
}

/* A total is at least its self and each child's. */
static void check_total(const struct paths *paths, uint32_t index, uint64_t total)
{
    const struct path *node = &paths->nodes[index];
    uint64_t least = total > node->self.ns ? total : node->self.ns;
    for (uint32_t i = node->first_child; i != CT_NONE; i = paths->nodes[i].next)
        least = paths->nodes[i].total.ns > least ? paths->nodes[i].total.ns : least;
    assert_int_equal(node->total.ns, least);
}

static void check_node(const struct paths *paths, uint32_t index, bool raw)
{
    const struct path *node = &paths->nodes[index];
    const struct place place = {paths, index};
    struct shown_sums sums = {0};
    uint64_t calls = 0;
    for (uint32_t t = 0; t < THREADS; t++) {
        for (size_t i = 0; i < expected.calls[t].count; i++) {
            const struct naive_call *call = &expected.calls[t].calls[i];
            if (!is_at(&place, t, call))
                continue;
            calls++;
            sums.total += naive_total(call);
            sums.total_cost += call->cost;
            sums.self += call->self;
            sums.self_cost += call->self_cost;
            shown_longest(&sums, call, raw);
        }
    }
    const struct shown_times shown = shown_sums(&sums, raw);
    assert_int_equal(node->calls, calls);
    assert_int_equal(node->self.ns, shown.self);
    check_total(paths, index, shown.total);
    assert_int_equal(node->self.bound_ns, self_bound(is_at, &place));
    assert_int_equal(node->total.bound_ns, total_bound(is_at, &place));
}

static void paths_are_as_the_reference_says(void **state)
{
    struct naive_random random = {3};
    struct error error;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct tape *tape = random_tape(&random, &random_rules[round % RULES]);
        struct paths paths;
        uint64_t calls = 0;
        bool raw = round % 5 == 0;
        assert_int_equal(paths_make(&paths, tape, NULL, false, raw, NULL, &error), 0);
        for (uint32_t i = 1; i < paths.count; i++) {
            check_node(&paths, i, raw);
            calls += paths.nodes[i].calls;
            uint32_t next = paths.nodes[i].next;
            assert_true(next == CT_NONE || paths.nodes[next].total.ns <= paths.nodes[i].total.ns);
        }
        assert_int_equal(calls, expected.calls[0].count + expected.calls[1].count + expected.calls[2].count);
        assert_int_equal(paths.folded, 0);
        assert_int_equal(paths_select(&paths, 0, UINT32_MAX), 0);
        assert_int_equal(paths_select(&paths, 2, UINT32_MAX), paths.count - 1);
        paths_free(&paths);
        tape_close(tape);
    }
}

/* f calls itself `depth` times, and g from the deepest. */
static struct tape *deep_tape(uint64_t depth)
{
    struct error error;
    struct tape_maker *maker = tape_maker_open(tape_path_here);
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t module = tape_maker_module(maker, process, "/usr/bin/demo");
    uint32_t f = tape_maker_function(maker, module, 16, "f", NULL, 0);
    uint32_t g = tape_maker_function(maker, module, 32, "g", NULL, 0);
    tape_maker_thread(maker, process, "thread", 0, 10 * depth);
    for (uint64_t i = 0; i < depth; i++)
        tape_maker_enter(maker, f, i);
    tape_maker_enter(maker, g, depth);
    for (uint64_t i = 0; i <= depth; i++)
        tape_maker_exit(maker, 2 * depth + i);
    tape_maker_process_end(maker, process, CT_END_EXIT, 0, 10 * depth);
    tape_maker_finish(maker, 0);
    struct tape *tape = tape_open(tape_path_here, &error);
    assert_non_null(tape);
    unlink(tape_path_here);
    return tape;
}

static void deep_paths_are_folded_and_say_so(void **state)
{
    enum { DEEP = 20000 };
    struct error error;
    struct paths paths;
    uint64_t calls = 0, self = 0;
    struct tape *tape = deep_tape(DEEP);
    (void)state;
    assert_int_equal(paths_make(&paths, tape, NULL, false, false, NULL, &error), 0);
    assert_int_equal(paths.count, PATHS_MOST_DEPTH + 1);
    assert_int_equal(paths.folded, DEEP + 1 - PATHS_MOST_DEPTH);
    for (size_t i = 1; i < paths.count; i++) {
        calls += paths.nodes[i].calls;
        self += paths.nodes[i].self.ns;
    }
    assert_int_equal(calls + paths.folded, DEEP + 1);
    assert_int_equal(self, 3 * DEEP);
    paths_free(&paths);

    assert_int_equal(paths_make(&paths, tape, NULL, true, false, NULL, &error), 0);
    assert_int_equal(paths.count, 3);
    assert_int_equal(paths.nodes[1].calls, DEEP);
    assert_int_equal(paths.nodes[1].recursive, DEEP - 1);
    assert_int_equal(paths.nodes[1].total.ns, 3 * DEEP);
    assert_int_equal(paths.nodes[2].calls, 1);
    assert_int_equal(paths.nodes[2].total.ns, DEEP);
    assert_int_equal(paths.folded, 0);
    paths_free(&paths);
    tape_close(tape);
}

/* main calls run, that calls work once and idle for a moment; work calls f and g. */
static void chains_end_where_the_tree_divides(void **state)
{
    struct error error;
    struct paths paths;
    struct tape_maker *maker = tape_maker_open(tape_path_here);
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t module = tape_maker_module(maker, process, "/usr/bin/demo");
    uint32_t functions[6];
    (void)state;
    for (uint32_t i = 0; i < 6; i++)
        functions[i] = tape_maker_function(maker, module, 16 * (i + 1), NULL, NULL, 0);
    tape_maker_thread(maker, process, "thread", 0, 100000);
    for (uint64_t i = 0; i < 3; i++)
        tape_maker_enter(maker, functions[i], i);
    for (uint64_t i = 0; i < 2; i++) {
        tape_maker_enter(maker, functions[3 + i], 10 + 40000 * i);
        tape_maker_exit(maker, 30000 + 40000 * i);
    }
    tape_maker_exit(maker, 99000);
    tape_maker_enter(maker, functions[5], 99001);
    tape_maker_exit(maker, 99010);
    tape_maker_exit(maker, 99020);
    tape_maker_exit(maker, 100000);
    tape_maker_finish(maker, 0);
    struct tape *tape = tape_open(tape_path_here, &error);
    assert_non_null(tape);
    unlink(tape_path_here);
    assert_int_equal(paths_make(&paths, tape, NULL, true, false, NULL, &error), 0);
    assert_int_equal(paths_select(&paths, 0, UINT32_MAX), 0);
    for (size_t i = 1; i < paths.count; i++)
        assert_int_equal(paths.nodes[i].chained, paths.nodes[i].function == functions[0]);
    assert_int_equal(paths_select(&paths, 0.01, UINT32_MAX), 1);
    for (size_t i = 1; i < paths.count; i++)
        assert_int_equal(paths.nodes[i].chained, paths.nodes[i].function < functions[2]);
    paths_free(&paths);
    tape_close(tape);
}

/* What a play showed: as many items as calls, nested, in the order of time. */
struct shown {
    uint64_t calls, total, items, before_ns, stop_after;
    long open[THREADS][4]; /* by thread and stack number */
};

static int show(void *context, const struct timeline_item *item)
{
    struct shown *shown = context;
    uint64_t when = item->kind == TIMELINE_END ? item->end_ns : item->start_ns;
    assert_true(when >= shown->before_ns);
    shown->before_ns = when;
    shown->items++;
    if (item->kind == TIMELINE_NOTE)
        return shown->items == shown->stop_after;
    long *open = &shown->open[item->thread][item->stack];
    *open -= item->kind == TIMELINE_END;
    assert_int_equal(*open, item->depth);
    *open += item->kind == TIMELINE_BEGIN;
    if (item->kind != TIMELINE_BEGIN) {
        shown->calls += item->calls;
        shown->total += item->took.ns;
    }
    return shown->items == shown->stop_after;
}

static void timelines_show_each_call_once_in_order(void **state)
{
    struct naive_random random = {4};
    struct error error;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct tape *tape = random_tape(&random, &random_rules[round % RULES]);
        const struct timeline_choice choice = {NULL, round % 2 == 0, true};
        struct shown shown = {0};
        struct sums sums;
        uint64_t calls = 0, total = 0;
        for (size_t t = 0; t < THREADS; t++) {
            calls += expected.calls[t].count;
            for (size_t i = 0; i < expected.calls[t].count; i++)
                total += naive_total(&expected.calls[t].calls[i]);
        }
        assert_int_equal(timeline_play(tape, &choice, show, &shown, &sums, &error), 0);
        assert_int_equal(shown.calls, calls);
        assert_int_equal(shown.total, total);
        assert_int_equal(sums.calls, calls);
        tape_close(tape);
    }
}

static void timelines_obey_the_choice(void **state)
{
    static const uint32_t one[] = {1};
    struct naive_random random = {5};
    struct tape *tape = random_tape(&random, &random_rules[1]);
    struct error error;
    struct sums sums;
    struct shown shown = {0}, flat = {0}, stopped = {.stop_after = 10};
    const struct filter_choice deep = {.threads = one, .thread_count = 1, .depth = UINT32_MAX, .to_ticks = UINT64_MAX};
    const struct filter_choice flat_choice = {.threads = one, .thread_count = 1, .depth = 1, .to_ticks = UINT64_MAX};
    const struct timeline_choice all = {&deep, false, false}, outermost = {&flat_choice, false, false};
    uint64_t roots = 0;
    (void)state;
    assert_int_equal(timeline_play(tape, &all, show, &shown, &sums, &error), 0);
    assert_int_equal(shown.calls, expected.calls[1].count);
    for (size_t i = 0; i < expected.calls[1].count; i++)
        roots += expected.calls[1].calls[i].parent < 0;
    assert_int_equal(timeline_play(tape, &outermost, show, &flat, &sums, &error), 0);
    assert_int_equal(flat.calls, roots);
    assert_int_equal(timeline_play(tape, &all, show, &stopped, &sums, &error), 0);
    assert_int_equal(stopped.items, 10);
    tape_close(tape);
}

struct run {
    uint64_t items, longest;
};

static int find_run(void *context, const struct timeline_item *item)
{
    struct run *run = context;
    run->items++;
    run->longest = item->calls > run->longest ? item->calls : run->longest;
    return 0;
}

static void runs_of_a_leaf_are_one_item(void **state)
{
    struct error error;
    struct sums sums;
    struct run folded = {0}, all = {0};
    struct tape_maker *maker = tape_maker_open(tape_path_here);
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t module = tape_maker_module(maker, process, "/usr/bin/demo");
    uint32_t f = tape_maker_function(maker, module, 16, "f", NULL, 0);
    uint32_t g = tape_maker_function(maker, module, 32, "g", NULL, 0);
    (void)state;
    tape_maker_thread(maker, process, "thread", 0, 5000);
    tape_maker_enter(maker, f, 0);
    for (uint64_t i = 0; i < 1000; i++) {
        tape_maker_enter(maker, g, 1 + 2 * i);
        tape_maker_exit(maker, 2 + 2 * i);
    }
    tape_maker_exit(maker, 4000);
    tape_maker_process_end(maker, process, CT_END_EXIT, 0, 5000);
    tape_maker_finish(maker, 0);
    struct tape *tape = tape_open(tape_path_here, &error);
    assert_non_null(tape);
    unlink(tape_path_here);
    const struct timeline_choice fold = {NULL, true, false}, each = {NULL, false, false};
    assert_int_equal(timeline_play(tape, &fold, find_run, &folded, &sums, &error), 0);
    assert_int_equal(timeline_play(tape, &each, find_run, &all, &sums, &error), 0);
    assert_int_equal(folded.items, 3);
    assert_int_equal(folded.longest, 1000);
    assert_int_equal(all.items, 1002);
    tape_close(tape);
}

/* f calls g, which calls h twice, and then h; all that three times, then once without the last h. */
static void subtrees_that_repeat_are_shown_once(void **state)
{
    struct error error;
    struct sums sums;
    struct run folded = {0};
    struct tape_maker *maker = tape_maker_open(tape_path_here);
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t module = tape_maker_module(maker, process, "/usr/bin/demo");
    uint32_t f = tape_maker_function(maker, module, 16, "f", NULL, 0);
    uint32_t g = tape_maker_function(maker, module, 32, "g", NULL, 0);
    uint32_t h = tape_maker_function(maker, module, 48, "h", NULL, 0);
    uint64_t now = 0;
    (void)state;
    tape_maker_thread(maker, process, "thread", 0, 5000);
    for (int i = 0; i < 4; i++) {
        tape_maker_enter(maker, f, now++);
        tape_maker_enter(maker, g, now++);
        for (int n = 0; n < 2; n++) {
            tape_maker_enter(maker, h, now++);
            tape_maker_exit(maker, now++);
        }
        tape_maker_exit(maker, now++);
        if (i < 3) {
            tape_maker_enter(maker, h, now++);
            tape_maker_exit(maker, now++);
        }
        tape_maker_exit(maker, now++);
    }
    tape_maker_finish(maker, 0);
    struct tape *tape = tape_open(tape_path_here, &error);
    assert_non_null(tape);
    unlink(tape_path_here);
    const struct timeline_choice fold = {NULL, true, false};
    assert_int_equal(timeline_play(tape, &fold, find_run, &folded, &sums, &error), 0);
    assert_int_equal(folded.items, 6 + 5);
    assert_int_equal(folded.longest, 6);
    tape_close(tape);
}

static void turns_come_by_time(void **state)
{
    struct naive_random random = {6};
    struct order order = {0};
    struct turn turn, before = {0};
    (void)state;
    for (uint32_t i = 0; i < 2000; i++)
        assert_int_equal(order_add(&order, naive_below(&random, 500), i, NULL), 0);
    for (uint32_t i = 0; i < 2000; i++) {
        assert_true(order_take(&order, &turn));
        assert_true(turn.when > before.when || (turn.when == before.when && turn.rank >= before.rank));
        before = turn;
    }
    assert_false(order_take(&order, &turn));
    order_free(&order);
}

static void labels_name_and_tell_apart(void **state)
{
    struct error error;
    struct tape_maker *maker = tape_maker_open(tape_path_here);
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t program = tape_maker_module(maker, process, "/usr/bin/demo");
    uint32_t library = tape_maker_module(maker, process, "/usr/lib/libx.so");
    uint32_t plain = tape_maker_function(maker, program, 0x10, "plain", "p.c", 1);
    uint32_t nameless = tape_maker_function(maker, program, 0x1234, NULL, NULL, 0);
    uint32_t here = tape_maker_function(maker, program, 0x20, "twice", NULL, 0);
    uint32_t there = tape_maker_function(maker, library, 0x20, "twice", NULL, 0);
    uint32_t first = tape_maker_function(maker, library, 0x30, "local", "src/a.c", 5);
    uint32_t second = tape_maker_function(maker, library, 0x40, "local", "src/b.c", 5);
    uint32_t third = tape_maker_function(maker, library, 0x50, "clone", NULL, 0);
    uint32_t fourth = tape_maker_function(maker, library, 0x60, "clone", NULL, 0);
    (void)state;
    tape_maker_finish(maker, 0);
    struct tape *tape = tape_open(tape_path_here, &error);
    assert_non_null(tape);
    unlink(tape_path_here);
    struct labels *labels = labels_create(tape, &error);
    assert_non_null(labels);
    assert_string_equal(labels_get(labels, plain)->name, "plain");
    assert_null(labels_get(labels, plain)->distinct);
    assert_string_equal(labels_get(labels, nameless)->name, "demo+0x1234");
    assert_string_equal(labels_get(labels, here)->distinct, "demo");
    assert_string_equal(labels_get(labels, there)->distinct, "libx.so");
    assert_string_equal(labels_get(labels, first)->distinct, "a.c:5");
    assert_string_equal(labels_get(labels, second)->distinct, "b.c:5");
    assert_string_equal(labels_get(labels, third)->distinct, "libx.so+0x50");
    assert_string_equal(labels_get(labels, fourth)->distinct, "libx.so+0x60");
    labels_destroy(labels);
    tape_close(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_as_the_reference_says),     cmocka_unit_test(deep_paths_are_folded_and_say_so),
        cmocka_unit_test(chains_end_where_the_tree_divides),   cmocka_unit_test(timelines_show_each_call_once_in_order),
        cmocka_unit_test(timelines_obey_the_choice),           cmocka_unit_test(runs_of_a_leaf_are_one_item),
        cmocka_unit_test(subtrees_that_repeat_are_shown_once), cmocka_unit_test(turns_come_by_time),
        cmocka_unit_test(labels_name_and_tell_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
