/* Differences of recordings that were made to differ, with the noise that machines make: each recording has a pace of
 * its own, each call scatters, and now and then one takes a hundred times as long. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyze/diff.h"
#include "analyze/parting.h"
#include "analyze/profile.h"
#include "emit/diff.h"
#include "naive.h"
#include "tape_maker.h"

enum { FUNCTIONS = 20, MOST = 10, SIDE = 5, ROUNDS = 300 };

/* ---- the formulas ----------------------------------------------------------------------------------------------- */

static void assert_near(double found, double wanted, double tolerance)
{
    if (fabs(found - wanted) > tolerance)
        fail_msg("%.12g is not %.12g", found, wanted);
}

/* Against tables of Student's t, and its closed forms for 1 and 2 degrees of freedom. */
static void test_student(void **state)
{
    (void)state;
    for (double t = 0; t < 50; t += 0.7) {
        assert_near(student_chance(t, 1), 1 - 2 * atan(t) / acos(-1), 1e-12);
        assert_near(student_chance(-t, 2), 1 - t / sqrt(2 + t * t), 1e-12);
    }
    assert_near(student_limit(0.05, 1), 12.7062047, 1e-6);
    assert_near(student_limit(0.05, 10), 2.22813885, 1e-6);
    assert_near(student_limit(0.01, 8), 3.35538733, 1e-6);
    assert_near(student_limit(0.001, 100), 3.39049131, 1e-6);
    assert_near(student_limit(0.05, 1e7), 1.95996, 1e-4);
    assert_true(student_chance(1e200, 3) == 0);
}

/* By hand: means 3 and 7, variances 2.5 and 10, of 5 values each. */
static void test_welch(void **state)
{
    static const double a[] = {1, 2, 3, 4, 5}, b[] = {3, 5, 7, 9, 11};
    static const size_t counts[2] = {5, 5}, one[2] = {1, 5};
    (void)state;
    struct estimate first = estimate_mean(a, 5), second = estimate_mean(b, 5);
    struct estimate difference = estimate_difference(&first, &second, counts);
    assert_near(difference.mean, 4, 1e-12);
    assert_near(difference.error, sqrt(2.5), 1e-12);
    assert_near(difference.freedom, 6.25 / (0.25 / 4 + 4.0 / 4), 1e-9);
    first = estimate_mean(a, 1);
    difference = estimate_difference(&first, &second, one);
    assert_near(difference.error, sqrt(10.0 / 5 + 10), 1e-12);
    assert_near(difference.freedom, 4, 0);
    second = estimate_mean(b, 1);
    difference = estimate_difference(&first, &second, counts);
    assert_near(estimate_chance(&difference), 1, 0);
}

static void test_holm(void **state)
{
    double chances[] = {0.01, 0.04, 0.03, 0.005};
    (void)state;
    assert_int_equal(holm_adjust(chances, 4), 0);
    assert_near(chances[0], 0.03, 1e-12);
    assert_near(chances[1], 0.06, 1e-12);
    assert_near(chances[2], 0.06, 1e-12);
    assert_near(chances[3], 0.02, 1e-12);
}

/* ---- made recordings -------------------------------------------------------------------------------------------- */

struct program {
    const char *path; /* of the program */
    double slower;    /* function 7 takes so many times as long */
    uint32_t extra;   /* calls of function 3 more */
    double tiny;      /* ticks of each call of one function, which is called as often as the others */
    bool noisy;
    bool moved; /* other addresses and an order of definition of its own */
};

struct made {
    struct recording recordings[MOST];
    struct labels *labels[MOST];
    size_t count;
    struct matching matching;
    struct measures measures;
    struct diff diff;
};

static double uniform(struct naive_random *random)
{
    return (naive_below(random, 1u << 30) + 0.5) / (1u << 30);
}

/* Box and Muller. */
static double normal(struct naive_random *random)
{
    double radius = sqrt(-2 * log(uniform(random)));
    return radius * cos(2 * acos(-1) * uniform(random));
}

static uint64_t call_ticks(const struct program *program, struct naive_random *random, uint32_t function, double pace)
{
    double ticks = 2000.0 * (function + 1) * (function == 7 ? program->slower : 1);
    if (program->noisy)
        ticks *= pace * exp(0.1 * normal(random)) * (naive_below(random, 150) == 0 ? 100 : 1);
    return (uint64_t)ticks;
}

static void write_recording(const char *path, const struct program *program, double pace, struct naive_random *random)
{
    struct tape_maker *tape = tape_maker_open(path);
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo"), functions[FUNCTIONS], ids[FUNCTIONS], tiny;
    uint32_t module = tape_maker_module(tape, process, program->path);
    uint32_t main_function = tape_maker_function(tape, module, 0x100, "main", "main.c", 1);
    pace *= 0.95 + 0.1 * uniform(random);
    char name[20];
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        uint32_t f = program->moved ? FUNCTIONS - 1 - i : i;
        snprintf(name, sizeof name, "work_%u", f);
        ids[f] = tape_maker_function(tape, module, 0x1000 + 64 * i + 8 * program->moved, name, "work.c", 10 * f + 1);
    }
    tiny = tape_maker_function(tape, module, 0x8000, "tiny", "tiny.c", 1);
    memcpy(functions, ids, sizeof functions);
    uint64_t now = 1000;
    tape_maker_thread(tape, process, "demo", now, UINT64_C(1) << 36);
    tape_maker_enter(tape, main_function, now);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        if (program->tiny != 0) {
            tape_maker_enter(tape, tiny, now += 10);
            tape_maker_exit(tape, now += (uint64_t)(program->tiny * pace * exp(0.1 * normal(random))));
        }
        for (uint32_t f = 0; f < FUNCTIONS; f++)
            for (uint32_t i = 0; i <= (f == 3 && round < program->extra); i++) {
                tape_maker_enter(tape, functions[f], now += 10);
                tape_maker_exit(tape, now += call_ticks(program, random, f, pace));
            }
    }
    tape_maker_exit(tape, now += 10);
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, now);
    tape_maker_finish(tape, 0);
}

static void add_recording(struct made *made, const struct program *program, double pace, struct naive_random *random,
                          bool later)
{
    static const char path[] = "diff.tape";
    struct error error;
    write_recording(path, program, pace, random);
    struct recording *recording = &made->recordings[made->count];
    *recording = (struct recording){.tape = tape_open(path, &error), .later = later};
    assert_non_null(recording->tape);
    unlink(path);
    recording->labels = made->labels[made->count++] = labels_create(recording->tape, &error);
    assert_non_null(recording->labels);
}

static void compare(struct made *made, bool absolute)
{
    const struct diff_choice choice = {.least_share = 0.005, .absolute = absolute};
    struct error error;
    assert_int_equal(matching_make(&made->matching, made->recordings, made->count, &error), 0);
    assert_int_equal(measures_make(&made->measures, made->recordings, &made->matching, false, NULL, &error), 0);
    assert_int_equal(diff_make(&made->diff, &made->measures, &made->matching, made->recordings, &choice, &error), 0);
}

static void make_diff(struct made *made, const struct program *old, const struct program *new, size_t side,
                      struct naive_random *random)
{
    *made = (struct made){0};
    for (size_t i = 0; i < side; i++) {
        double pace = 0.8 + 0.5 * uniform(random); /* they were recorded in turn */
        add_recording(made, old, pace, random, false);
        add_recording(made, new, pace, random, true);
    }
    compare(made, false);
}

static void free_made(struct made *made)
{
    diff_free(&made->diff);
    measures_free(&made->measures);
    matching_free(&made->matching);
    for (size_t i = 0; i < made->count; i++) {
        labels_destroy(made->labels[i]);
        tape_close(made->recordings[i].tape);
    }
}

static const char *name_of(const struct made *made, const struct diff_row *row)
{
    const struct matched *matched = &made->matching.items[row->item];
    return labels_get(made->labels[matched->recording], matched->function)->name;
}

static const struct diff_row *row_of(const struct made *made, const char *name)
{
    for (size_t i = 0; i < made->diff.function_count; i++)
        if (strcmp(name_of(made, &made->diff.functions[i]), name) == 0)
            return &made->diff.functions[i];
    fail_msg("%s is not there", name);
    return NULL;
}

static size_t found_others(const struct made *made, const char *name)
{
    size_t found = 0;
    for (size_t i = 0; i < made->diff.function_count; i++) {
        const struct diff_row *row = &made->diff.functions[i];
        found += diff_found(row) && strcmp(name_of(made, row), name) != 0;
    }
    return found;
}

static const struct program usual = {.path = "/usr/bin/demo", .slower = 1, .noisy = true};

/* 5 % in one function, in 5 recordings against 5 whose paces differ by half: always found, and in 10 repetitions at
 * most one of the others is. */
static void test_planted_slowdown(void **state)
{
    struct naive_random random = {2024};
    struct program slower = usual;
    size_t others = 0;
    (void)state;
    slower.slower = 1.05;
    for (int repetition = 0; repetition < 10; repetition++) {
        struct made made;
        make_diff(&made, &usual, &slower, SIDE, &random);
        const struct diff_row *row = row_of(&made, "work_7");
        assert_int_equal(row->time, DIFF_MORE);
        assert_true(row->typical);
        assert_near(row->times.change.mean / row->times.self[0], 0.05, 0.03);
        others += found_others(&made, "work_7");
        free_made(&made);
    }
    assert_true(others <= 1);
}

/* A thousandth of the time, that becomes nineteen times as much, in 3 recordings against 3: found and first, and hardly
 * ever another. Of one recording a side too, with a doubt. */
static void test_small_function(void **state)
{
    struct naive_random random = {19};
    struct program small = usual, slower = usual;
    size_t others = 0;
    (void)state;
    small.tiny = 50;
    slower.tiny = 19 * 50;
    for (size_t repetition = 0; repetition < 10; repetition++) {
        struct made made;
        make_diff(&made, &small, &slower, repetition < 8 ? 3 : 1, &random);
        const struct diff_row *row = row_of(&made, "tiny");
        assert_int_equal(row->time, DIFF_MORE);
        assert_true(!row->large && row->times.change.mean < 0.003 * made.diff.whole.times.self[0]);
        if (repetition < 8) {
            others += found_others(&made, "tiny");
            assert_ptr_equal(row, &made.diff.functions[0]);
            assert_true(row->times.change.mean > estimate_margin(&row->times.change, DIFF_LEVEL));
        }
        free_made(&made);
    }
    assert_true(others <= 1);
}

/* Most of the time is one function's, which becomes nearly twice as fast: that is no pace, and nothing else changes. */
static void test_most_of_the_time(void **state)
{
    struct naive_random random = {99};
    struct program slow = usual, fast = usual;
    size_t others = 0;
    (void)state;
    slow.slower = 180;
    fast.slower = 100;
    for (int repetition = 0; repetition < 10; repetition++) {
        struct made made;
        make_diff(&made, &slow, &fast, SIDE, &random);
        const struct diff_row *row = row_of(&made, "work_7");
        assert_true(row->times.self[0] > 0.35 * made.diff.whole.times.self[0]); /* in which rare long calls are too */
        assert_int_equal(row->time, DIFF_LESS);
        assert_near(row->times.self[1] / row->times.self[0], 100.0 / 180, 0.03);
        assert_near(made.diff.pace_change, 1, 0.1);
        others += found_others(&made, "work_7");
        free_made(&made);
    }
    assert_true(others <= 2); /* half a one is expected; without the limit of weights all others are found */
}

/* One call more in three hundred, in each recording, and also where there is but one a side. */
static void test_calls(void **state)
{
    struct naive_random random = {7};
    struct program more = usual;
    (void)state;
    more.extra = 1;
    for (size_t side = 1; side <= SIDE; side += SIDE - 1) {
        struct made made;
        make_diff(&made, &more, &usual, side, &random);
        const struct diff_row *row = row_of(&made, "work_3");
        assert_int_equal(row->calls_verdict, DIFF_LESS);
        assert_near(row->calls[0], ROUNDS + 1, 0);
        assert_near(row->calls[1], ROUNDS, 0);
        for (size_t i = 0; i < made.diff.function_count; i++)
            assert_true(&made.diff.functions[i] == row || made.diff.functions[i].calls_verdict == DIFF_NONE);
        free_made(&made);
    }
}

/* Without noise figures are exact, and the same program elsewhere, with other addresses, is the same. */
static void test_exact(void **state)
{
    struct naive_random random = {1};
    const struct program old = {.path = "/home/old/libdemo.so.1", .slower = 1};
    struct program new = {.path = "/usr/lib/libdemo.so.1.3", .slower = 1.5, .moved = true};
    struct made made;
    (void)state;
    make_diff(&made, &old, &new, 1, &random);
    const struct diff_row *row = row_of(&made, "work_7");
    assert_int_equal(made.diff.function_count, FUNCTIONS + 1);
    assert_near(row->times.self[0], ROUNDS * 16000, 1);
    assert_near(row->times.self[1], ROUNDS * 24000, 1);
    assert_near(made.diff.whole.times.change.mean, ROUNDS * 8000, 1);
    assert_near(made.diff.pace_change, 1, 1e-9);
    assert_ptr_equal(row, &made.diff.functions[0]);
    assert_int_equal(found_others(&made, "work_7"), 0);
    free_made(&made);
}

/* ---- which functions are the same --------------------------------------------------------------------------------*/

struct named {
    const char *module, *name, *file;
    uint32_t line;
};

/* A recording in which each is called once, in this order. */
static void add_named(struct made *made, const struct named *functions, size_t count, bool later)
{
    static const char path[] = "named.tape";
    struct tape_maker *tape = tape_maker_open(path);
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo"), ids[8];
    struct error error;
    for (uint32_t i = 0; i < count; i++)
        ids[i] = tape_maker_function(tape, tape_maker_module(tape, process, functions[i].module),
                                     0x100 * (later ? 9 - i : i + 1), functions[i].name, functions[i].file,
                                     functions[i].line);
    tape_maker_thread(tape, process, "demo", 0, 1000);
    for (uint32_t i = 0; i < count; i++) {
        tape_maker_enter(tape, ids[i], 10 * i);
        tape_maker_exit(tape, 10 * i + 5);
    }
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, 1000);
    tape_maker_finish(tape, 0);
    struct recording *recording = &made->recordings[made->count];
    *recording = (struct recording){.tape = tape_open(path, &error), .later = later};
    assert_non_null(recording->tape);
    unlink(path);
    recording->labels = made->labels[made->count++] = labels_create(recording->tape, &error);
}

static void test_matching(void **state)
{
    static const struct named old[] = {
        {"/usr/bin/demo", "helper", "a/one.c", 5}, {"/usr/bin/demo", "helper", "a/two.c", 9},
        {"/lib/libx.so.1.2", "run", "x.c", 1},     {"/usr/bin/demo", "run", "run.c", 1},
        {"/usr/bin/demo", NULL, NULL, 0},          {"/usr/bin/demo", "gone", "a/one.c", 7},
    };
    static const struct named new[] = {
        {"/lib64/libx.so.2", "run", "x.c", 4},      {"/usr/bin/demo", "helper", "b/two.c", 90},
        {"/usr/bin/demo", "helper", "b/one.c", 50}, {"/usr/bin/demo", "run", "moved.c", 1},
        {"/usr/bin/demo", NULL, NULL, 0},
    };
    /* By place in the lists, from 1; 0: none. */
    static const uint32_t partners[] = {3, 2, 1, 4, 0, 0};
    struct made made = {0};
    (void)state;
    add_named(&made, old, 6, false);
    add_named(&made, new, 5, true);
    compare(&made, false);
    assert_int_equal(made.matching.count, 7);
    for (uint32_t i = 0; i < 6; i++)
        for (uint32_t k = 0; k < 5; k++)
            assert_int_equal(made.matching.of[0][i + 1] == made.matching.of[1][k + 1], partners[i] == k + 1);
    free_made(&made);
}

/* ---- where calls part ------------------------------------------------------------------------------------------- */

static void test_parting(void **state)
{
    struct naive_random random = {1};
    const struct program old = {.path = "/usr/bin/demo", .slower = 1};
    struct program new = old;
    struct parting parting;
    struct error error;
    struct made made;
    (void)state;
    make_diff(&made, &old, &old, 1, &random);
    assert_int_equal(parting_find(&parting, made.recordings, &made.matching, 0, 1, &error), 0);
    assert_false(parting.parts);
    free_made(&made);
    new.extra = 1;
    make_diff(&made, &old, &new, 1, &random);
    assert_int_equal(parting_find(&parting, made.recordings, &made.matching, 0, 1, &error), 0);
    assert_true(parting.parts);
    assert_int_equal(parting.calls, 5); /* main, work_0 to work_3 */
    assert_int_equal(parting.depth, 1);
    assert_int_equal(parting.path[0], made.matching.of[0][1]);
    assert_int_equal(parting.item[0], made.matching.of[0][6]);
    assert_int_equal(parting.item[1], made.matching.of[1][5]);
    free_made(&made);
}

/* ---- what is shown ---------------------------------------------------------------------------------------------- */

/* Of both sides the mean of what reports have, though paces differ by half. */
static void test_shown(void **state)
{
    struct naive_random random = {5};
    struct error error;
    struct made made;
    double sums[FUNCTIONS + 2][2] = {{0}};
    (void)state;
    make_diff(&made, &usual, &usual, SIDE, &random);
    assert_true(made.matching.count <= FUNCTIONS + 2);
    for (size_t r = 0; r < made.count; r++) {
        struct profile profile;
        assert_int_equal(profile_make(&profile, made.recordings[r].tape, NULL, 0, NULL, &error), 0);
        for (size_t i = 0; i < profile.count; i++)
            sums[made.matching.of[r][profile.rows[i].function]][made.recordings[r].later] +=
                (double)profile.rows[i].self.ns;
        profile_free(&profile);
    }
    assert_int_equal(made.diff.function_count, FUNCTIONS + 1);
    for (size_t i = 0; i <= FUNCTIONS; i++)
        for (int side = 0; side < 2; side++)
            assert_near(made.diff.functions[i].shown[side], sums[made.diff.functions[i].item][side] / SIDE, 1e-3);
    free_made(&made);
}

/* One recording a side of the same program, at half the speed and with noise of its own: nothing is found, nor where
 * one function takes half as long again; of what is thrice as slow it is asked. */
static void test_one_each(void **state)
{
    static const double slower[] = {1, 1.5, 3};
    struct naive_random random = {11};
    char finding[DIFF_FINDING];
    (void)state;
    for (size_t i = 0; i < 9; i++) {
        struct program new = usual;
        struct made made = {0};
        new.slower = slower[i % 3];
        add_recording(&made, &usual, 1, &random, false);
        add_recording(&made, &new, 2, &random, true);
        compare(&made, false);
        const struct diff_row *row = row_of(&made, "work_7");
        assert_int_equal(found_others(&made, "work_7"), 0);
        assert_string_equal(diff_finding(finding, row), slower[i % 3] == 3 ? "slower?" : "");
        assert_int_equal(made.diff.whole.time, DIFF_NONE);
        free_made(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_student),          cmocka_unit_test(test_welch),   cmocka_unit_test(test_holm),
        cmocka_unit_test(test_planted_slowdown), cmocka_unit_test(test_calls),   cmocka_unit_test(test_exact),
        cmocka_unit_test(test_matching),         cmocka_unit_test(test_parting), cmocka_unit_test(test_small_function),
        cmocka_unit_test(test_most_of_the_time), cmocka_unit_test(test_shown),   cmocka_unit_test(test_one_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
