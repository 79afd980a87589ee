/* Callers and callees on tapes of random events, against the naive reference: each call's time is given, from where it
 * stands among the others, to one caller and to one callee. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/callers.h"
#include "random_tapes.h"

enum { ROUNDS = 40 };

static uint32_t subject_functions[NAIVE_FUNCTIONS], subject_of[NAIVE_FUNCTIONS + 1];
static struct subjects subjects = {subject_functions, 0, subject_of};

static void choose_subjects(struct naive_random *random)
{
    subjects.count = 0;
    for (uint32_t i = 0; i <= NAIVE_FUNCTIONS; i++) {
        subject_of[i] = same(i) != i ? subject_of[same(i)] : CT_NONE;
        if (same(i) == i && i != 0 && naive_below(random, 2) == 0)
            subject_functions[subject_of[i] = subjects.count++] = i;
    }
}

/* Function of the caller, CT_NONE for none. */
static uint32_t caller_of(const struct naive_calls *calls, const struct naive_call *call)
{
    return call->parent >= 0 ? same(calls->calls[call->parent].function) : CT_NONE;
}

struct edge {
    uint32_t subject, other;
    bool callee;
    uint64_t calls, nested, ticks, cost;
    bool found;
};

/* Whom the innermost call of `subject` that is open around calls[i], or is it, has called: CT_NONE: it is that call
 * itself, 0: there is none around it. */
static uint32_t goes_to(const struct naive_calls *calls, long i, uint32_t subject)
{
    uint32_t below = CT_NONE;
    for (; i >= 0; below = same(calls->calls[i].function), i = calls->calls[i].parent)
        if (same(calls->calls[i].function) == subject)
            return below;
    return 0;
}

/* Who called the outermost call of `subject` around calls[i]. */
static uint32_t comes_from(const struct naive_calls *calls, long i, uint32_t subject)
{
    uint32_t caller = CT_NONE;
    for (; i >= 0; i = calls->calls[i].parent)
        if (same(calls->calls[i].function) == subject)
            caller = caller_of(calls, &calls->calls[i]);
    return caller;
}

/* What a call took but was not its own, nor its callees': its stack was switched out. */
static uint64_t away_of(const struct naive_calls *calls, long i, bool cost)
{
    const struct naive_call *call = &calls->calls[i];
    uint64_t rest = cost ? call->cost - call->self_cost : naive_total(call) - call->self;
    for (size_t k = 0; k < calls->count; k++)
        if (calls->calls[k].parent == i)
            rest -= cost ? calls->calls[k].cost : naive_total(&calls->calls[k]);
    return rest;
}

static void count_calls(struct edge *edge, const struct naive_calls *calls)
{
    for (size_t i = 0; i < calls->count; i++) {
        const struct naive_call *call = &calls->calls[i];
        uint32_t caller = caller_of(calls, call), callee = same(call->function);
        bool is = edge->callee ? caller == edge->subject && callee == edge->other
                               : callee == edge->subject && caller == edge->other;
        edge->calls += is;
        edge->nested += is && !edge->callee && is_nested(calls, call);
    }
}

/* Own and away time of every call goes where the call stands. */
static void count_time(struct edge *edge, const struct naive_calls *calls)
{
    for (size_t i = 0; i < calls->count; i++) {
        uint32_t to = goes_to(calls, (long)i, edge->subject);
        bool is =
            to != 0 && (edge->callee ? to == edge->other : comes_from(calls, (long)i, edge->subject) == edge->other);
        edge->ticks += is ? calls->calls[i].self + away_of(calls, (long)i, false) : 0;
        edge->cost += is ? calls->calls[i].self_cost + away_of(calls, (long)i, true) : 0;
    }
}

/* Does the call begin or end within what the edge's time is made of? */
static bool bounds_edge(const void *what, uint32_t thread, const struct naive_call *call)
{
    const struct edge *edge = what;
    const struct naive_calls *calls = &expected.calls[thread];
    long i = call - calls->calls;
    uint32_t function = same(call->function);
    if (!edge->callee)
        return function == edge->subject && !is_nested(calls, call) && caller_of(calls, call) == edge->other;
    if (edge->other == edge->subject || call->parent < 0)
        return false;
    if (function == edge->subject)
        return goes_to(calls, calls->calls[i].parent, edge->subject) == edge->other;
    return caller_of(calls, call) == edge->subject && function == edge->other;
}

static void check_edge(const struct callers_edge *shown, uint32_t subject, uint64_t most, bool callee, bool raw)
{
    struct edge edge = {.subject = subject, .other = shown->function, .callee = callee};
    for (size_t t = 0; t < THREADS; t++) {
        count_calls(&edge, &expected.calls[t]);
        count_time(&edge, &expected.calls[t]);
    }
    assert_int_equal(shown->calls, edge.calls);
    assert_int_equal(shown->nested, edge.nested);
    uint64_t time = shown_ns(edge.ticks, edge.cost, raw);
    assert_int_equal(shown->time.ns, time < most ? time : most);
    assert_int_equal(shown->time.bound_ns, total_bound(bounds_edge, &edge));
}

static bool is_of_function(const void *function, uint32_t thread, const struct naive_call *call)
{
    (void)thread;
    return same(call->function) == *(const uint32_t *)function;
}

static bool is_outermost(const void *function, uint32_t thread, const struct naive_call *call)
{
    return same(call->function) == *(const uint32_t *)function && !is_nested(&expected.calls[thread], call);
}

static uint32_t depth_of(const struct naive_calls *calls, const struct naive_call *call)
{
    uint32_t depth = 0;
    for (long i = call->parent; i >= 0; i = calls->calls[i].parent)
        depth++;
    return depth;
}

struct wanted {
    struct shown_sums of;
    uint64_t calls, nested, away, away_cost;
    uint32_t shallow, deepest;
    size_t callers, callees;
    bool from[NAIVE_FUNCTIONS + 1], to[NAIVE_FUNCTIONS + 1], outside;
};

static void want(struct wanted *wanted, const struct naive_calls *calls, uint32_t function, bool raw)
{
    for (size_t i = 0; i < calls->count; i++) {
        const struct naive_call *call = &calls->calls[i];
        uint32_t caller = caller_of(calls, call), depth = depth_of(calls, call);
        if (caller == function)
            wanted->to[same(call->function)] = true;
        if (same(call->function) != function)
            continue;
        bool nested = is_nested(calls, call);
        wanted->calls++;
        wanted->nested += nested;
        wanted->of.self += call->self;
        wanted->of.self_cost += call->self_cost;
        wanted->of.total += nested ? 0 : naive_total(call);
        wanted->of.total_cost += nested ? 0 : call->cost;
        shown_longest(&wanted->of, call, raw);
        wanted->away += away_of(calls, (long)i, false);
        wanted->away_cost += away_of(calls, (long)i, true);
        wanted->shallow = depth < wanted->shallow ? depth : wanted->shallow;
        wanted->deepest = depth > wanted->deepest ? depth : wanted->deepest;
        *(caller != CT_NONE ? &wanted->from[caller] : &wanted->outside) = true;
    }
    for (size_t i = 0; i <= NAIVE_FUNCTIONS; i++) {
        wanted->callers += wanted->from[i] && calls == &expected.calls[THREADS - 1];
        wanted->callees += wanted->to[i] && calls == &expected.calls[THREADS - 1];
    }
}

static void check_node(const struct callers_node *node, bool raw)
{
    struct wanted wanted = {.shallow = UINT32_MAX};
    uint64_t from = 0, to = node->self.ns + node->away.ns;
    for (size_t t = 0; t < THREADS; t++)
        want(&wanted, &expected.calls[t], node->function, raw);
    const struct shown_times shown = shown_sums(&wanted.of, raw);
    uint64_t away = shown_ns(wanted.away, wanted.away_cost, raw);
    assert_int_equal(node->calls, wanted.calls);
    assert_int_equal(node->nested, wanted.nested);
    assert_int_equal(node->self.ns, shown.self);
    assert_int_equal(node->total.ns, shown.total);
    assert_int_equal(node->away.ns, away < shown.total ? away : shown.total);
    assert_int_equal(node->self.bound_ns, self_bound(is_of_function, &node->function));
    assert_int_equal(node->total.bound_ns, total_bound(is_outermost, &node->function));
    assert_int_equal(node->shallow, wanted.shallow);
    assert_int_equal(node->deepest, wanted.deepest);
    assert_int_equal(node->called_from_outside, wanted.outside);
    assert_int_equal(node->caller_count, wanted.callers + wanted.outside);
    assert_int_equal(node->callee_count, wanted.callees);
    for (size_t i = 0; i < node->caller_count; from += node->callers[i++].time.ns)
        check_edge(&node->callers[i], node->function, shown.total, false, raw);
    for (size_t i = 0; i < node->callee_count; to += node->callees[i++].time.ns)
        check_edge(&node->callees[i], node->function, shown.total, true, raw);
    if (raw) {
        assert_int_equal(from, node->total.ns);
        assert_int_equal(to, node->total.ns);
    }
}

static void callers_are_as_the_reference_says(void **state)
{
    struct naive_random random = {21};
    struct error error;
    uint64_t edges = 0;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        bool raw = round % 2 == 0;
        struct tape *tape = random_tape(&random, &random_rules[round / 2 % RULES]);
        const struct gather_source source = {
            .tape = tape, .raw = raw, .workers = round % 4, .piece_events = round % 8 < 4 ? 50 : UINT64_MAX};
        struct callers callers;
        choose_subjects(&random);
        assert_int_equal(callers_make(&callers, &subjects, &source, &error), 0);
        assert_int_equal(callers.count, subjects.count);
        for (size_t i = 0; i < callers.count; i++) {
            check_node(&callers.nodes[i], raw);
            edges += callers.nodes[i].caller_count;
        }
        callers_free(&callers);
        tape_close(tape);
    }
    assert_true(edges > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callers_are_as_the_reference_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
