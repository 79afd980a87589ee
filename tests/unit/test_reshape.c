/* Trees that are folded, focused and turned bottom-up, on tapes of random events, against the naive reference: each
 * node's numbers are those of the calls that its path means, found one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/reshape.h"
#include "random_tapes.h"

enum { ROUNDS = 8, DEEPEST = 400 };

enum shape { FOLDED, FOCUSED, INVERTED, INVERTED_FOCUSED, SHAPES };

static uint8_t focus[NAIVE_FUNCTIONS + 1];

/* Functions, outermost first. */
struct line {
    uint32_t functions[DEEPEST];
    size_t count;
};

static struct line line_of_node(const struct paths *paths, const struct path *node)
{
    struct line line = {.count = 0};
    for (const struct path *at = node; at->function != CT_NONE; at = &paths->nodes[at->parent])
        line.count++;
    size_t i = line.count;
    for (const struct path *at = node; at->function != CT_NONE; at = &paths->nodes[at->parent])
        line.functions[--i] = at->function;
    return line;
}

static struct line line_of_call(const struct naive_calls *calls, const struct naive_call *call)
{
    struct line line = {.count = 1};
    for (long i = call->parent; i >= 0; i = calls->calls[i].parent)
        line.count++;
    size_t i = line.count;
    assert_true(i <= DEEPEST);
    line.functions[--i] = same(call->function);
    for (long above = call->parent; above >= 0; above = calls->calls[above].parent)
        line.functions[--i] = same(calls->calls[above].function);
    return line;
}

/* A function that is there already ends what came after it. */
static struct line folded(const struct line *line)
{
    struct line short_one = {.count = 0};
    for (size_t i = 0; i < line->count; i++) {
        size_t at = 0;
        while (at < short_one.count && short_one.functions[at] != line->functions[i])
            at++;
        short_one.functions[at] = line->functions[i];
        short_one.count = at + 1;
    }
    return short_one;
}

static bool equal(const struct line *a, const struct line *b)
{
    return a->count == b->count && memcmp(a->functions, b->functions, a->count * sizeof *a->functions) == 0;
}

static bool begins(const struct line *line, const struct line *with)
{
    return line->count >= with->count &&
           memcmp(line->functions, with->functions, with->count * sizeof *with->functions) == 0;
}

static bool has_focus(const struct line *line, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (focus[line->functions[i]])
            return true;
    return false;
}

/* Does the call's line end in what the bottom-up one says, innermost first? */
static bool ends_in(const struct line *line, const struct line *upwards)
{
    if (line->count < upwards->count)
        return false;
    for (size_t i = 0; i < upwards->count; i++)
        if (line->functions[line->count - 1 - i] != upwards->functions[i])
            return false;
    return true;
}

struct wanted {
    uint64_t calls, jumped, open, total, total_cost, self, self_cost;
};

static void add_total(struct wanted *wanted, const struct naive_call *call)
{
    wanted->total += naive_total(call);
    wanted->total_cost += call->cost;
}

static void add_self(struct wanted *wanted, const struct naive_call *call)
{
    wanted->self += call->self;
    wanted->self_cost += call->self_cost;
}

static void add_call(struct wanted *wanted, const struct naive_call *call)
{
    wanted->calls++;
    wanted->jumped += (call->flags & CALL_JUMPED) != 0;
    wanted->open += (call->flags & CALL_OPEN) != 0;
}

static void want_folded(struct wanted *wanted, const struct line *node, const struct naive_calls *calls,
                        const struct naive_call *call)
{
    struct line line = line_of_call(calls, call), short_one = folded(&line);
    bool nested = false;
    if (!equal(&short_one, node))
        return;
    for (long i = call->parent; i >= 0; i = calls->calls[i].parent) {
        struct line above = line_of_call(calls, &calls->calls[i]), short_above = folded(&above);
        nested = nested || equal(&short_above, node);
    }
    add_call(wanted, call);
    add_self(wanted, call);
    if (!nested)
        add_total(wanted, call);
}

static void want_focused(struct wanted *wanted, const struct line *node, const struct naive_calls *calls,
                         const struct naive_call *call)
{
    struct line line = line_of_call(calls, call);
    bool there = has_focus(node, node->count);
    if (equal(&line, node)) {
        add_call(wanted, call);
        if (there) {
            add_self(wanted, call);
            add_total(wanted, call);
        }
    } else if (!there && begins(&line, node) && focus[same(call->function)] && !has_focus(&line, line.count - 1)) {
        add_total(wanted, call);
    }
}

static void want_inverted(struct wanted *wanted, const struct line *node, const struct naive_calls *calls,
                          const struct naive_call *call, bool focused)
{
    struct line line = line_of_call(calls, call);
    bool outermost = !has_focus(&line, line.count - 1), last = line.count == node->count;
    if (!ends_in(&line, node) || (focused && !focus[same(call->function)]))
        return;
    add_call(wanted, call);
    if (focused && !outermost)
        return;
    wanted->total += focused ? naive_total(call) : call->self;
    wanted->total_cost += focused ? call->cost : call->self_cost;
    wanted->self += !last ? 0 : focused ? naive_total(call) : call->self;
    wanted->self_cost += !last ? 0 : focused ? call->cost : call->self_cost;
}

static void want(struct wanted *wanted, enum shape shape, const struct line *node)
{
    for (size_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < expected.calls[t].count; i++) {
            const struct naive_calls *calls = &expected.calls[t];
            if (shape == FOLDED)
                want_folded(wanted, node, calls, &calls->calls[i]);
            else if (shape == FOCUSED)
                want_focused(wanted, node, calls, &calls->calls[i]);
            else
                want_inverted(wanted, node, calls, &calls->calls[i], shape == INVERTED_FOCUSED);
        }
}

static uint64_t whole(uint64_t sixteenths)
{
    return sixteenths / 16 + (sixteenths % 16 >= 8);
}

/* Times as recorded, so that no rule of what is shown comes between. */
static void check_node(const struct paths *paths, const struct path *node, enum shape shape)
{
    struct wanted wanted = {0};
    struct line line = line_of_node(paths, node);
    want(&wanted, shape, &line);
    assert_int_equal(node->calls, wanted.calls);
    assert_int_equal(node->jumped, wanted.jumped);
    assert_int_equal(node->open, wanted.open);
    assert_int_equal(node->total.ns, wanted.total);
    assert_int_equal(node->self.ns, wanted.self);
    assert_int_equal(node->total.cost_ns, whole(wanted.total_cost));
    assert_int_equal(node->self.cost_ns, whole(wanted.self_cost));
}

/* So no path is missing: calls and self times of all nodes are those of all calls, where none is left out. */
static void check_sums(const struct paths *paths, enum shape shape)
{
    uint64_t calls = 0, self = 0, wanted = 0;
    for (size_t i = 1; i < paths->count; i++) {
        bool counts = shape == FOLDED || paths->nodes[i].parent == 0;
        calls += counts ? paths->nodes[i].calls : 0;
        self += shape == FOLDED ? paths->nodes[i].self.ns : counts ? paths->nodes[i].total.ns : 0;
    }
    for (size_t t = 0; t < THREADS; t++)
        wanted += expected.calls[t].count;
    if (shape != FOLDED && shape != INVERTED)
        return;
    assert_int_equal(calls, wanted);
    assert_int_equal(self, paths->sums.traced_ns);
}

static size_t outermost_in_focus(void)
{
    size_t count = 0;
    for (size_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < expected.calls[t].count; i++)
            count += focus[same(expected.calls[t].calls[i].function)];
    return count;
}

static void check_focus(const struct paths *paths, enum shape shape)
{
    uint64_t calls = 0;
    for (size_t i = 1; i < paths->count && shape == INVERTED_FOCUSED; i++)
        calls += paths->nodes[i].parent == 0 ? paths->nodes[i].calls : 0;
    for (size_t i = 1; i < paths->count && shape == FOCUSED; i++)
        calls += focus[paths->nodes[i].function] ? paths->nodes[i].calls : 0;
    if (shape == FOCUSED || shape == INVERTED_FOCUSED)
        assert_int_equal(calls, outermost_in_focus());
}

static int reshape(struct paths *paths, enum shape shape, struct scale scale, struct error *error)
{
    switch (shape) {
    case FOLDED:
        return reshape_fold(paths, scale, error);
    case FOCUSED:
        return reshape_focus(paths, focus, scale, error);
    default:
        return reshape_invert(paths, shape == INVERTED ? NULL : focus, scale, error);
    }
}

static void shapes_are_as_the_reference_says(void **state)
{
    struct naive_random random = {41};
    struct error error;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct tape *tape = random_tape(&random, &random_rules[round / SHAPES % RULES]);
        enum shape shape = (enum shape)(round % SHAPES);
        struct paths paths;
        for (uint32_t i = 0; i <= NAIVE_FUNCTIONS; i++)
            focus[i] = i != 0 && same(i) == i && naive_below(&random, 3) == 0;
        bool fold = shape == FOLDED && round % 8 < 4;
        assert_int_equal(paths_make(&paths, tape, NULL, fold, true, NULL, &error), 0);
        assert_int_equal(reshape(&paths, shape, scale_of(tape), &error), 0);
        for (size_t i = 1; i < paths.count; i++)
            check_node(&paths, &paths.nodes[i], shape);
        check_sums(&paths, shape);
        check_focus(&paths, shape);
        paths_free(&paths);
        tape_close(tape);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_are_as_the_reference_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
