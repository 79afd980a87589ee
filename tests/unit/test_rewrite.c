/* Tapes written anew: with all calls shown, nothing that a report says differs but bounds, as each event has a time of
 * its own; with some, those calls are there, and the others are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/profile.h"
#include "analyze/unrecorded.h"
#include "calls/rewrite.h"
#include "random_tapes.h"

enum { ROUNDS = 24 };
static const char rewritten[] = "test_rewrite.tape";

static struct tape *rewrite(struct tape *tape, const struct filter_choice *choice)
{
    static const uint64_t session[2] = {1, 2};
    struct error error = {""};
    uint32_t threads;
    tape_threads(tape, &threads);
    struct writer *writer = writer_create(rewritten, session, &error);
    assert_non_null(writer);
    assert_int_equal(tape_copy_records(tape, writer, &error), 0);
    struct rewrite *rewrite = rewrite_create(tape, choice, writer, &error);
    assert_non_null(rewrite);
    for (uint32_t i = 0; i < threads; i++)
        assert_int_equal(rewrite_thread(rewrite, i, true, &error), 0);
    rewrite_destroy(rewrite);
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    struct tape *again = tape_open(rewritten, &error);
    assert_non_null(again);
    size_t damages;
    tape_damages(again, &damages);
    assert_int_equal(damages, 0);
    return again;
}

static struct profile profile_of(struct tape *tape, const struct filter_choice *choice, int flags)
{
    struct profile profile;
    struct error error;
    assert_int_equal(profile_make(&profile, tape, choice, (enum profile_flag)flags, NULL, &error), 0);
    return profile;
}

static void expect_same_duration(struct duration a, struct duration b)
{
    assert_int_equal(a.ns, b.ns);
    assert_int_equal(a.cost_ns, b.cost_ns);
}

static void all_calls_are_there(void **state)
{
    struct naive_random random = {7};
    static const uint32_t threads[] = {0, 1, 2};
    const struct filter_choice all = {
        .threads = threads, .thread_count = 3, .depth = UINT32_MAX, .to_ticks = UINT64_MAX};
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct tape *tape = random_tape(&random, &random_rules[round % RULES]), *again = rewrite(tape, &all);
        for (int raw = 0; raw <= PROFILE_RAW; raw += PROFILE_RAW) {
            struct profile before = profile_of(tape, NULL, raw), after = profile_of(again, NULL, raw);
            assert_int_equal(before.count, after.count);
            for (size_t i = 0; i < before.count; i++) {
                const struct profile_row *a = &before.rows[i], *b = &after.rows[i];
                assert_int_equal(a->function, b->function);
                assert_int_equal(a->calls, b->calls);
                assert_int_equal(a->jumped, b->jumped);
                assert_int_equal(a->open, b->open);
                expect_same_duration(a->total, b->total);
                expect_same_duration(a->self, b->self);
            }
            assert_int_equal(before.sums.waits, after.sums.waits);
            assert_int_equal(before.sums.strays, after.sums.strays);
            assert_int_equal(after.sums.unrecorded, 0);
            profile_free(&before);
            profile_free(&after);
        }
        tape_close(tape);
        tape_close(again);
    }
    unlink(rewritten);
}

static uint64_t calls_of(const struct profile *profile, uint32_t function)
{
    for (size_t i = 0; i < profile->count; i++)
        if (profile->rows[i].function == function)
            return profile->rows[i].calls;
    return 0;
}

static uint64_t unrecorded_of(const struct unrecorded *unrecorded, uint32_t function)
{
    for (size_t i = 0; i < unrecorded->count; i++)
        if (unrecorded->rows[i].function == function)
            return unrecorded->rows[i].calls;
    return 0;
}

static void expect_counts(struct tape *tape, const struct filter_choice *choice)
{
    struct error error;
    struct unrecorded unrecorded;
    struct tape *again = rewrite(tape, choice);
    struct profile whole = profile_of(tape, NULL, 0), shown = profile_of(tape, choice, 0),
                   after = profile_of(again, NULL, 0);
    assert_int_equal(unrecorded_make(&unrecorded, again, &error), 0);
    for (size_t i = 0; i < whole.count; i++) {
        uint32_t function = whole.rows[i].function;
        assert_int_equal(calls_of(&after, function), calls_of(&shown, function));
        assert_int_equal(calls_of(&after, function) + unrecorded_of(&unrecorded, function), whole.rows[i].calls);
    }
    unrecorded_free(&unrecorded);
    profile_free(&whole);
    profile_free(&shown);
    profile_free(&after);
    tape_close(again);
}

static void what_is_left_out_is_counted(void **state)
{
    struct naive_random random = {11};
    static const uint32_t threads[] = {0, 1, 2};
    uint8_t functions[NAIVE_FUNCTIONS + 64];
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct tape *tape = random_tape(&random, &random_rules[round % RULES]);
        struct filter_choice choice = {
            .threads = threads, .thread_count = 3, .depth = UINT32_MAX, .to_ticks = UINT64_MAX};
        choice.depth = 2;
        expect_counts(tape, &choice);
        choice.depth = UINT32_MAX;
        choice.least_ticks = 50;
        expect_counts(tape, &choice);
        choice.least_ticks = 0;
        uint32_t count;
        tape_functions(tape, &count);
        assert_true(count <= sizeof functions);
        for (uint32_t i = 0; i < count; i++)
            functions[i] = same(i) % 3 != 0 ? FILTER_SHOWN : 0;
        choice.functions = functions;
        expect_counts(tape, &choice);
        tape_close(tape);
    }
    unlink(rewritten);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_calls_are_there),
        cmocka_unit_test(what_is_left_out_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
