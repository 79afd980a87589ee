/* Ticks to nanoseconds where clocks do what they should not: a machine that is suspended, paused or moved, a counter
 * that begins anew or stands still, readings that were interrupted. Times never decrease, and lie within what was read.
 */
#include "tape/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000000)

struct reading {
    uint64_t ticks, ns;
};

/* Two ticks a nanosecond. */
static struct clock build(const struct reading *readings, size_t count)
{
    struct clock clock = {0};
    bool guessed;
    for (size_t i = 0; i < count; i++)
        assert_int_equal(clock_add_pair(&clock, readings[i].ticks, readings[i].ns), 0);
    assert_int_equal(clock_build(&clock, readings[0].ticks, false, &guessed), 0);
    return clock;
}

static void expect_ascending(const struct clock *clock, uint64_t from, uint64_t to, uint64_t most)
{
    uint64_t last = 0, step = (to - from) / 5000 + 1;
    for (uint64_t ticks = from; ticks <= to; ticks += step) {
        uint64_t ns = clock_ns(clock, ticks);
        assert_true(ns >= last && ns <= most);
        last = ns;
    }
}

/* The counter runs on while the system's clock stands: what came before and after keeps its time. */
static void test_suspended(void **state)
{
    (void)state;
    const struct reading readings[] = {
        {100, 10 * SECOND},
        {100 + 2 * SECOND, 11 * SECOND},
        {100 + 2002 * SECOND, 11 * SECOND + SECOND / 5},
        {100 + 2004 * SECOND, 12 * SECOND + SECOND / 5},
    };
    struct clock clock = build(readings, 4);
    expect_ascending(&clock, 0, 100 + 2004 * SECOND, 3 * SECOND);
    assert_int_equal(clock_ns(&clock, 100 + SECOND), SECOND / 2);
    assert_in_range(clock_ns(&clock, 100 + 2003 * SECOND), SECOND * 17 / 10 - 10, SECOND * 17 / 10 + 10);
    clock_free(&clock);
}

/* The system's clock runs on while the counter stands. */
static void test_paused(void **state)
{
    (void)state;
    const struct reading readings[] = {{100, 10 * SECOND},
                                       {100 + 2 * SECOND, 11 * SECOND},
                                       {101 + 2 * SECOND, 900 * SECOND},
                                       {4 * SECOND, 901 * SECOND}};
    struct clock clock = build(readings, 4);
    expect_ascending(&clock, 0, 4 * SECOND, 891 * SECOND);
    assert_int_equal(clock_ns(&clock, 100 + SECOND), SECOND / 2);
    clock_free(&clock);
}

/* The counter begins anew: of two times that it had, one is believed. */
static void test_begins_anew(void **state)
{
    (void)state;
    const struct reading readings[] = {{8 * SECOND, 10 * SECOND},
                                       {10 * SECOND, 11 * SECOND},
                                       {SECOND, 60 * SECOND},
                                       {3 * SECOND, 61 * SECOND},
                                       {9 * SECOND, 64 * SECOND}};
    struct clock clock = build(readings, 5);
    expect_ascending(&clock, 0, 20 * SECOND, 200 * SECOND);
    clock_free(&clock);
}

static void test_anything(void **state)
{
    (void)state;
    srand(5);
    for (int round = 0; round < 300; round++) {
        struct reading readings[12];
        uint64_t ticks = (uint64_t)rand(), ns = (uint64_t)rand(), highest = 0;
        size_t count = 1 + (size_t)rand() % 12;
        for (size_t i = 0; i < count; i++) {
            readings[i] = (struct reading){ticks, ns};
            highest = ticks > highest ? ticks : highest;
            ticks += (uint64_t)(rand() - (rand() % 4 == 0 ? rand() : 0));
            ns += (uint64_t)(rand() % 5 == 0 ? 0 : rand());
        }
        struct clock clock = build(readings, count);
        expect_ascending(&clock, 0, highest, UINT64_MAX);
        clock_free(&clock);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suspended),
        cmocka_unit_test(test_paused),
        cmocka_unit_test(test_begins_anew),
        cmocka_unit_test(test_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
