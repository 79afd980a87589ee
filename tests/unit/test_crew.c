/* Reading in pieces, by several workers: to the last tick what one worker makes of the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/tally.h"
#include "calls/crew.h"
#include "random_tapes.h"
#include "tape_support.h"

enum { ROUNDS = 24, MOST_THREADS = 8 };

static uint64_t *numbers_of(struct tape *tape, struct calls_share share, size_t *count)
{
    struct error error = {""};
    struct tallies tallies;
    assert_int_equal(tallies_init(&tallies, tape), 0);
    if (tallies_of_threads(&tallies, tape, &share, NULL, NULL, &error) != 0)
        fail_msg("%s", error.text);
    uint64_t *numbers = tallies_numbers(&tallies, count);
    assert_non_null(numbers);
    tallies_free(&tallies);
    return numbers;
}

/* Of all threads together, and of each. */
static void expect_same_by(struct tape *tape, uint32_t workers, uint64_t piece_events)
{
    uint32_t threads[MOST_THREADS], count;
    tape_threads(tape, &count);
    assert_true(count <= MOST_THREADS);
    for (uint32_t i = 0; i < count; i++)
        threads[i] = i;
    for (uint32_t first = 0; first <= count; first++) {
        size_t whole_count, count_in_pieces;
        struct calls_share share = {threads + first % count, first < count ? 1 : count, 1, UINT64_MAX};
        if (first == count)
            share.threads = threads;
        uint64_t *whole = numbers_of(tape, share, &whole_count);
        share.workers = workers;
        share.piece_events = piece_events;
        uint64_t *in_pieces = numbers_of(tape, share, &count_in_pieces);
        assert_int_equal(count_in_pieces, whole_count);
        assert_memory_equal(in_pieces, whole, whole_count * sizeof *whole);
        free(whole);
        free(in_pieces);
    }
}

/* ---- how pieces fit --------------------------------------------------------------------------------------------- */

struct seen {
    uint64_t pieces, wholes;
    int64_t open;
    struct call_parts *parts;
};

static int enter(void *context, uint32_t thread, struct call_parts *parts)
{
    struct seen *seen = context;
    (void)thread;
    seen->pieces++;
    seen->parts = parts;
    return 0;
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    (void)parent;
    ((struct seen *)context)->open++;
    call->tag = call->function + 1;
    return 0;
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct seen *seen = context;
    (void)parent;
    seen->open--;
    assert_int_equal(call->tag, call->function + 1);
    return call_is_part(call) ? call_parts_add(seen->parts, call) : 0;
}

static void whole(void *context, const struct call *call)
{
    struct seen *seen = context;
    assert_false(call_is_part(call));
    assert_true(call_total_ticks(call) >= call->child_ticks + call->away_ticks);
    seen->wholes++;
}

/* How many pieces the tape fell into; -1: they do not fit. */
static int64_t pieces_of(struct tape *tape, uint64_t piece_events)
{
    uint32_t count, threads[MOST_THREADS];
    struct error error = {""};
    struct seen seen = {0};
    struct tape_times times = {0};
    struct filter_left left = {0};
    const struct calls_receiver receiver = {.begin = begin, .end = end, .context = &seen};
    tape_threads(tape, &count);
    for (uint32_t i = 0; i < count; i++)
        threads[i] = i;
    const struct calls_crew crew = {
        .share = {threads, count, 1, piece_events},
        .receivers = &receiver,
        .errors = &error,
        .enter = enter,
        .whole = whole,
    };
    int status = calls_of_tape(tape, NULL, &crew, NULL, &times, &left, &error);
    assert_true(status == 0 || status == CALLS_MISFIT);
    if (status != 0)
        return -1;
    assert_int_equal(seen.open, 0);
    assert_int_equal(times.timed + times.untimed, tape_totals(tape).events);
    return (int64_t)seen.pieces;
}

static void pieces_say_what_the_whole_does(void **state)
{
    struct naive_random random = {11};
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        const struct strip_rule *rule = &random_rules[round % RULES];
        struct tape *tape = random_tape(&random, rule);
        uint64_t piece_events = 1 + naive_below(&random, 300);
        int64_t pieces = pieces_of(tape, piece_events);
        assert_true(pieces >= 0);
        if (rule->block_words < 500)
            assert_true(pieces > THREADS);
        for (uint32_t workers = 1; workers <= 3; workers++)
            expect_same_by(tape, workers, piece_events);
        tape_close(tape);
    }
}

/* ---- what the packer tells -------------------------------------------------------------------------------------- */

static uint32_t below(uint32_t limit)
{
    return (uint32_t)random() % limit;
}

/* All that a runtime writes, in no order that one would. */
static void add_random_word(union test_chunk *chunk, uint64_t *now, bool first)
{
    static const uint8_t specials[] = {CT_SPECIAL_JUMP, CT_SPECIAL_STACK, CT_SPECIAL_INHERIT,    CT_SPECIAL_STRAY,
                                       CT_SPECIAL_LOST, CT_SPECIAL_WAIT,  CT_SPECIAL_OVERWRITTEN};
    bool timed = first || below(4) == 0;
    if (below(50) == 0)
        chunk_add(chunk, CT_SPECIAL(specials[below(100) ? below(6) : 6], below(4)));
    *now += timed ? below(50) : 0;
    if (below(2))
        chunk_add(chunk, timed ? entry_at(1 + below(9), *now) : entry_untimed(1 + below(9)));
    else
        chunk_add(chunk, timed ? exit_at(*now) : exit_untimed());
}

static void packed_blocks_tell_what_is_open(void **state)
{
    enum { BLOCKS = 12 };
    (void)state;
    srandom(5);
    int64_t pieces = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct error error = {""};
        struct writer *writer = writer_small("packed");
        uint64_t now = 5000;
        for (uint32_t i = 0; i < BLOCKS; i++) {
            union test_chunk *chunk = chunk_new(0, 0, i, now);
            uint32_t words = below(300);
            chunk->head.probe = CT_PROBE(40, 8);
            for (uint32_t word = 0; word < words; word++)
                add_random_word(chunk, &now, word == 0);
            write_chunk(writer, chunk);
        }
        assert_int_equal(writer_finish(writer, 0, &error), 0);
        struct tape *tape = tape_open(test_path("packed"), &error);
        assert_non_null(tape);
        assert_int_equal(damage_count(tape), 0);
        int64_t fit = pieces_of(tape, 1);
        assert_true(fit > 0);
        pieces += fit;
        expect_same_by(tape, 2, 100);
        tape_close(tape);
    }
    assert_true(pieces > ROUNDS * BLOCKS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_say_what_the_whole_does),
        cmocka_unit_test(packed_blocks_tell_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
