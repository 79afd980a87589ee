/* Summaries: a report made of them is that made of all events, to the last tick; those that don't belong are not used.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/profile.h"
#include "analyze/tally.h"
#include "random_tapes.h"
#include "tape/recover.h"
#include "tape/write.h"

enum { ROUNDS = 24 };
static const char summarized[] = "test_summary.summarized.tape";

/* What is to be wrong with the summaries. */
enum lie { TRUTH, MORE_CALLS, OTHER_EVENTS, OTHER_END, NO_SUCH_FUNCTION, SAME_FUNCTION_TWICE, CUT_SHORT, NOTHING };

static void lie_about(enum lie lie, struct ct_summary *head, uint64_t *numbers, size_t *count)
{
    head->events += lie == OTHER_EVENTS;
    head->end_ticks += lie == OTHER_END;
    numbers[SUMS_NUMBERS + 1] += lie == MORE_CALLS;
    if (lie == NO_SUCH_FUNCTION)
        numbers[SUMS_NUMBERS] = UINT64_MAX;
    if (lie == SAME_FUNCTION_TWICE)
        memcpy(numbers + SUMS_NUMBERS + 25, numbers + SUMS_NUMBERS, 25 * sizeof *numbers);
    *count = lie == CUT_SHORT ? *count - 1 : lie == NOTHING ? 0 : *count;
}

static int write_summaries(struct writer *writer, struct tape *tape, void *lie)
{
    struct error error;
    uint32_t threads;
    const struct tape_thread *thread = tape_threads(tape, &threads);
    for (uint32_t i = 0; i < threads; i++) {
        struct tallies tallies;
        size_t count;
        assert_int_equal(tallies_init(&tallies, tape), 0);
        assert_int_equal(tallies_of_thread(&tallies, tape, i, NULL, NULL, &error), 0);
        uint64_t *numbers = tallies_numbers(&tallies, &count);
        assert_non_null(numbers);
        struct ct_summary head = {
            .thread = i, .events = thread[i].events, .entries = thread[i].entries, .end_ticks = thread[i].end_ticks};
        lie_about(*(enum lie *)lie, &head, numbers, &count);
        assert_int_equal(writer_summary(writer, &head, numbers, count, &error), 0);
        free(numbers);
        tallies_free(&tallies);
    }
    return 0;
}

/* The last random tape once more, with summaries. */
static struct tape *summarize(enum lie lie)
{
    struct error error = {""};
    struct recover_result result;
    unlink(summarized);
    if (recover(random_path, summarized, write_summaries, &lie, &result, &error) != 0)
        fail_msg("%s", error.text);
    struct tape *again = tape_open(summarized, &error);
    assert_non_null(again);
    size_t damages;
    tape_damages(again, &damages);
    assert_int_equal(damages, 0);
    return again;
}

/* Without what summaries do not hold. */
static struct profile profile_of(struct tape *tape, int flags)
{
    struct profile profile;
    struct error error;
    assert_int_equal(profile_make(&profile, tape, NULL, (enum profile_flag)flags, NULL, &error), 0);
    for (size_t i = 0; i < profile.count; i++)
        profile.rows[i].timed = profile.rows[i].untimed = 0;
    return profile;
}

static void expect_same(struct profile *a, struct profile *b)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->rows, b->rows, a->count * sizeof *a->rows);
    assert_memory_equal(&a->sums, &b->sums, sizeof a->sums);
}

static uint64_t read_events;

static int count_read(void *nothing, uint64_t events)
{
    (void)nothing;
    read_events += events;
    return 0;
}

static void summaries_say_what_events_do(void **state)
{
    struct naive_random random = {3};
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct tape *plain = random_tape(&random, &random_rules[round % RULES]), *tape = summarize(TRUTH);
        for (int raw = 0; raw <= PROFILE_RAW; raw += PROFILE_RAW) {
            struct profile told = profile_of(tape, raw), decoded = profile_of(tape, raw | PROFILE_DECODE),
                           before = profile_of(plain, raw);
            expect_same(&told, &decoded);
            assert_int_equal(told.count, before.count);
            assert_memory_equal(told.rows, before.rows, told.count * sizeof *told.rows);
            profile_free(&told);
            profile_free(&decoded);
            profile_free(&before);
        }
        struct profile watched;
        struct error error;
        const struct calls_watch watch = {count_read, NULL};
        read_events = 0;
        assert_int_equal(profile_make(&watched, tape, NULL, 0, &watch, &error), 0);
        assert_int_equal(read_events, tape_totals(tape).events);
        profile_free(&watched);
        tape_close(tape);
        tape_close(plain);
    }
    unlink(summarized);
    unlink(random_path);
}

static bool is_believed(enum lie lie)
{
    struct tape *tape = summarize(lie);
    struct profile told = profile_of(tape, 0), decoded = profile_of(tape, PROFILE_DECODE);
    bool same = memcmp(told.rows, decoded.rows, told.count * sizeof *told.rows) == 0;
    profile_free(&told);
    profile_free(&decoded);
    tape_close(tape);
    return !same;
}

static void those_that_do_not_belong_are_not_used(void **state)
{
    struct naive_random random = {4};
    struct tape *plain = random_tape(&random, &random_rules[1]);
    (void)state;
    tape_close(plain);
    assert_true(is_believed(MORE_CALLS)); /* so it is them that are read */
    for (enum lie lie = OTHER_EVENTS; lie <= NOTHING; lie++)
        assert_false(is_believed(lie));
    unlink(summarized);
    unlink(random_path);
}

/* A checksum that is wrong, or a tape with damage anywhere: then events are read. */
static void damage_is_no_summary(void **state)
{
    struct naive_random random = {5};
    struct tape *plain = random_tape(&random, &random_rules[1]), *tape = summarize(MORE_CALLS);
    struct tape_totals totals = tape_totals(tape);
    (void)state;
    tape_close(tape);
    FILE *file = fopen(summarized, "r+b");
    for (uint64_t at = totals.bytes / 2; at < totals.bytes; at++) { /* all that stands behind the blocks */
        fseek(file, (long)at, SEEK_SET);
        fputc(0x5a, file);
    }
    fclose(file);
    struct error error;
    tape = tape_open(summarized, &error);
    assert_non_null(tape);
    struct profile told = profile_of(tape, 0), decoded = profile_of(tape, PROFILE_DECODE);
    assert_int_equal(told.count, decoded.count);
    assert_memory_equal(told.rows, decoded.rows, told.count * sizeof *told.rows);
    profile_free(&told);
    profile_free(&decoded);
    tape_close(tape);
    tape_close(plain);
    unlink(summarized);
    unlink(random_path);
}

int main(void)
{
    random_tape_stays = true;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summaries_say_what_events_do),
        cmocka_unit_test(those_that_do_not_belong_are_not_used),
        cmocka_unit_test(damage_is_no_summary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
