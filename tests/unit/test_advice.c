/* What gcc compares its lists with, and what advice makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyze/advice.h"
#include "analyze/gcc_names.h"
#include "strip_times.h"
#include "tape_maker.h"

static void expect_names(const char *name, const char *visible, const char *word)
{
    char *seen = gcc_visible(name), *made = gcc_word(seen);
    assert_string_equal(seen, visible);
    assert_string_equal(made, word);
    free(seen);
    free(made);
}

static void names_are_as_gcc_compares_them(void **state)
{
    (void)state;
    expect_names("main", "main", "main");
    expect_names("ns::A::get(int) const", "ns::A::get", "ns::A::get");
    expect_names("ns::A::~A()", "ns::A::~A", "ns::A::~A");
    expect_names("int ns::make<int, ns::B<2> >(int)", "ns::make<int, ns::B<2> >", "ns::make");
    expect_names("std::map<int, A<1> >::find", "std::map<int, A<1> >::find", "::find");
    expect_names("(anonymous namespace)::f(long)", "(anonymous namespace)::f", "::f");
    expect_names("outer(int)::local::f()", "outer(int)::local::f", "::local::f");
    expect_names("many(int)::{lambda(int)#1}::call(int) const", "many(int)::{lambda(int)#1}::call", "");
}

static void names_that_may_be_spelled_otherwise_give_no_word(void **state)
{
    static const char *const names[] = {
        "",
        "A::operator()(int) const",
        "A::operator<",
        "program+0x1234",
        "f.part.0",
        "f[abi:cxx11](int)",
        "a,b",
        "A<",
        "<>",
        "(",
        "A::",
        "\x1b[31mred",
        "x(*)",
        "a<b>>>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *visible = gcc_visible(names[i]), *word = gcc_word(visible);
        assert_true(*word == '\0' || strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") > 0);
        assert_null(strpbrk(word, ",<>()[ \x1b"));
        free(visible);
        free(word);
    }
}

/* ---- advice ----------------------------------------------------------------------------------------------------- */

enum { READ = 20, CALLS = 500 };
static const char exact_here[] = "test_advice.exact.tape", tape_here[] = "test_advice.tape";

struct leaf {
    const char *name, *file;
    uint64_t took, calls;
};

static void make_tape(const struct leaf *leaves, uint32_t count)
{
    const struct strip_rule rule = {.short_ticks = 0, .timed_cost = 16 * READ, .block_words = 5000};
    struct tape_maker *tape = tape_maker_open(exact_here);
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo"), functions[8];
    uint64_t now = 0;
    uint32_t outer = tape_maker_function(tape, module, 0x1000, "main", "main.c", 1);
    for (uint32_t i = 0; i < count; i++)
        functions[i] = tape_maker_function(tape, module, 0x2000 + i, leaves[i].name, leaves[i].file, i + 1);
    tape_maker_thread(tape, process, "demo", 0, 1000000);
    tape_maker_enter(tape, outer, now += READ);
    for (uint64_t call = 0; call < CALLS; call++)
        for (uint32_t i = 0; i < count; i++)
            if (call < leaves[i].calls) {
                tape_maker_enter(tape, functions[i], now += READ + 1);
                tape_maker_exit(tape, now += READ + leaves[i].took);
            }
    tape_maker_enter(tape, functions[0], now += READ);
    tape_maker_special(tape, CT_SPECIAL_JUMP, 1);
    tape_maker_exit(tape, now += READ);
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, now);
    tape_maker_finish(tape, 0);
    strip_times(exact_here, tape_here, &rule);
}

static void advise(const struct leaf *leaves, uint32_t count, uint64_t limit, double keep,
                   void (*check)(const struct advice *advice, const struct labels *labels))
{
    struct error error;
    struct advice advice;
    make_tape(leaves, count);
    struct tape *tape = tape_open(tape_here, &error);
    struct labels *labels = labels_create(tape, &error);
    assert_int_equal(advice_make(&advice, tape, limit, keep, labels, NULL, &error), 0);
    check(&advice, labels);
    advice_free(&advice);
    labels_destroy(labels);
    tape_close(tape);
    unlink(exact_here);
    unlink(tape_here);
}

static const struct leaf mixed[] = {
    {"get", "one.c", 1, CALLS},    {"getter", "one.c", 2, CALLS}, {"put", "one.c", 3, CALLS},
    {"put_all", "one.c", 1, 1},    {"step", "three.c", 4, CALLS}, {"step_once", "two.c", 1, 1},
    {"slow", "two.c", 200, CALLS},
};

static void expect_row(const struct advice *advice, size_t i, const char *word, enum advice_way way, bool listed)
{
    assert_string_equal(advice->rows[i].word, word);
    assert_int_equal(advice->rows[i].way, way);
    assert_int_equal(advice->rows[i].listed, listed);
}

static void check_mixed(const struct advice *advice, const struct labels *labels)
{
    assert_int_equal(advice->count, 4);
    expect_row(advice, 0, "get", ADVICE_BY_NAME, true);
    expect_row(advice, 1, "getter", ADVICE_BY_NAME, false);
    expect_row(advice, 2, "put", ADVICE_BY_ATTRIBUTE, false);
    expect_row(advice, 3, "step", ADVICE_BY_FILE, true);
    assert_int_equal(advice->rows[2].others_count, 1);
    assert_string_equal(labels_get(labels, advice->rows[2].others[0])->name, "put_all");
    assert_int_equal(advice->rows[0].saving.events, 2 * CALLS + 1);
    assert_int_equal(advice->all.events, 4 * 2 * CALLS + 1);
    assert_int_equal(advice->by_lists.events, 3 * 2 * CALLS + 1);
    assert_int_equal(advice->whole.events, 5 * 2 * CALLS + 1 + 2 * 2 + 2);
}

static void check_limited(const struct advice *advice, const struct labels *labels)
{
    (void)labels;
    assert_int_equal(advice->count, 1);
    expect_row(advice, 0, "get", ADVICE_BY_ATTRIBUTE, false);
    assert_int_equal(advice->by_lists.events, 0);
}

static void check_nothing(const struct advice *advice, const struct labels *labels)
{
    (void)labels;
    assert_int_equal(advice->count, 0);
}

static void what_would_take_others_is_not_in_the_lists(void **state)
{
    (void)state;
    advise(mixed, 7, UINT64_MAX, 100, check_mixed);
    advise(mixed, 7, 1, 100, check_limited);
    advise(mixed, 7, UINT64_MAX, 0, check_nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_as_gcc_compares_them),
        cmocka_unit_test(names_that_may_be_spelled_otherwise_give_no_word),
        cmocka_unit_test(what_would_take_others_is_not_in_the_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
