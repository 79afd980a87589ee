/* Reading in pieces, by several workers: to the last tick what one worker makes of the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/paths.h"
#include "analyze/profile.h"
#include "analyze/tally.h"
#include "calls/crew.h"
#include "random_tapes.h"
#include "tape_support.h"

enum { ROUNDS = 24, MOST_THREADS = 8, RANGES = 8, LAST_TICKS = 9000 };

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

/* Rows with percentiles, of calls that come in parts as well. */
static void expect_same_spreads(struct tape *tape, const struct filter_choice *choice, uint64_t piece_events)
{
    struct profile whole, in_pieces;
    struct error error = {""};
    for (uint32_t workers = 1; workers <= 3; workers++) {
        calls_force = (struct calls_force){1, UINT64_MAX};
        assert_int_equal(profile_make(&whole, tape, choice, PROFILE_SPREAD | PROFILE_DECODE, NULL, &error), 0);
        calls_force = (struct calls_force){workers, piece_events};
        assert_int_equal(profile_make(&in_pieces, tape, choice, PROFILE_SPREAD | PROFILE_DECODE, NULL, &error), 0);
        calls_force = (struct calls_force){0};
        assert_int_equal(in_pieces.count, whole.count);
        assert_memory_equal(in_pieces.rows, whole.rows, whole.count * sizeof *whole.rows);
        assert_memory_equal(&in_pieces.sums, &whole.sums, sizeof whole.sums);
        profile_free(&whole);
        profile_free(&in_pieces);
    }
}

static struct paths paths_by(struct tape *tape, const struct filter_choice *choice, struct calls_force force)
{
    struct error error = {""};
    struct paths paths;
    calls_force = force;
    if (paths_make(&paths, tape, choice, false, false, NULL, &error) != 0)
        fail_msg("%s", error.text);
    calls_force = (struct calls_force){0};
    return paths;
}

/* Children come in one order, whatever that of the nodes. */
static void expect_same_below(const struct paths *a, uint32_t node, const struct paths *b, uint32_t other)
{
    struct path one = a->nodes[node], two = b->nodes[other];
    uint32_t child = one.first_child, other_child = two.first_child;
    for (; child != CT_NONE && other_child != CT_NONE;
         child = a->nodes[child].next, other_child = b->nodes[other_child].next)
        expect_same_below(a, child, b, other_child);
    assert_true(child == CT_NONE && other_child == CT_NONE);
    one.self_squares = two.self_squares = 0; /* of calls in parts they are the parts' */
    one.parent = one.first_child = one.next = two.parent = two.first_child = two.next = 0;
    assert_memory_equal(&one, &two, sizeof one);
}

static void expect_same_paths(struct tape *tape, const struct filter_choice *choice, uint64_t piece_events)
{
    struct paths whole = paths_by(tape, choice, (struct calls_force){1, UINT64_MAX});
    for (uint32_t workers = 1; workers <= 3; workers++) {
        struct paths in_pieces = paths_by(tape, choice, (struct calls_force){workers, piece_events});
        assert_int_equal(in_pieces.count, whole.count);
        expect_same_below(&whole, 0, &in_pieces, 0);
        assert_memory_equal(&in_pieces.sums, &whole.sums, sizeof whole.sums);
        paths_free(&in_pieces);
    }
    paths_free(&whole);
}

/* Filters that need not know how long a call takes. */
static void expect_same_of_chosen(struct tape *tape, uint64_t piece_events, uint32_t depth, struct tape_range range)
{
    static const uint32_t threads[] = {0, 1, 2};
    uint8_t functions[NAIVE_FUNCTIONS + 1];
    memset(functions, FILTER_SHOWN, sizeof functions);
    functions[2] = 0;
    functions[3] |= FILTER_ROOT;
    const struct filter_choice choice = {
        .threads = threads,
        .thread_count = THREADS,
        .functions = functions,
        .roots = depth % 2,
        .depth = depth,
        .from_ticks = range.from,
        .to_ticks = range.to,
    };
    expect_same_paths(tape, &choice, piece_events);
    expect_same_spreads(tape, &choice, piece_events);
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
static int64_t pieces_of(struct tape *tape, const struct filter_choice *choice, uint64_t piece_events)
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
    int status = calls_of_tape(tape, choice, &crew, NULL, &times, &left, &error);
    assert_true(status == 0 || status == CALLS_MISFIT);
    if (status != 0)
        return -1;
    assert_int_equal(seen.open, 0);
    assert_true(times.timed + times.untimed <= tape_totals(tape).events);
    return (int64_t)seen.pieces;
}

static struct tape_range random_range(struct naive_random *random, uint32_t i)
{
    uint64_t from = i % 4 != 0 ? naive_below(random, LAST_TICKS) : 0;
    return (struct tape_range){from, i % 4 != 1 ? from + naive_below(random, LAST_TICKS) : UINT64_MAX};
}

/* Of ranges, with other filters and without. How many of them fell into pieces. */
static uint64_t expect_same_in_ranges(struct tape *tape, uint64_t piece_events, struct naive_random *random)
{
    static const uint32_t threads[] = {0, 1, 2};
    uint64_t parted = 0;
    for (uint32_t i = 0; i < RANGES; i++) {
        const struct tape_range range = random_range(random, i);
        const struct filter_choice choice = {
            .threads = threads,
            .thread_count = THREADS,
            .depth = UINT32_MAX,
            .from_ticks = range.from,
            .to_ticks = range.to,
        };
        expect_same_paths(tape, &choice, piece_events);
        expect_same_spreads(tape, &choice, piece_events);
        expect_same_of_chosen(tape, piece_events, 2 + i, range);
        int64_t pieces = pieces_of(tape, &choice, piece_events);
        assert_true(pieces >= 0);
        parted += pieces > THREADS;
    }
    return parted;
}

static void pieces_say_what_the_whole_does(void **state)
{
    struct naive_random random = {11}, ranges = {13};
    uint64_t parted = 0;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        const struct strip_rule *rule = &random_rules[round % RULES];
        struct tape *tape = random_tape(&random, rule);
        uint64_t piece_events = 1 + naive_below(&random, 300);
        int64_t pieces = pieces_of(tape, NULL, piece_events);
        assert_true(pieces >= 0);
        if (rule->block_words < 500)
            assert_true(pieces > THREADS);
        for (uint32_t workers = 1; workers <= 3; workers++)
            expect_same_by(tape, workers, piece_events);
        expect_same_spreads(tape, NULL, piece_events);
        expect_same_paths(tape, NULL, piece_events);
        expect_same_of_chosen(tape, piece_events, 2 + round % 4, (struct tape_range){0, UINT64_MAX});
        parted += expect_same_in_ranges(tape, piece_events, &ranges);
        tape_close(tape);
    }
    assert_true(parted > ROUNDS);
}

/* A damaged block ends what is open: what was foretold does not fit, and all is read as a whole. */
static void damage_is_read_as_a_whole(void **state)
{
    struct naive_random random = {12};
    (void)state;
    random_tape_stays = true;
    int64_t misfits = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct error error;
        tape_close(random_tape(&random, &random_rules[1 + round % 2]));
        size_t bytes;
        uint8_t *file = file_load(random_path, &bytes);
        for (size_t at = bytes / 3; at < bytes / 3 + 40; at++)
            file[at] ^= 0x55;
        file_store(random_path, file, bytes);
        free(file);
        struct tape *tape = tape_open(random_path, &error);
        if (tape == NULL)
            continue;
        misfits += pieces_of(tape, NULL, 1) < 0;
        expect_same_by(tape, 2, 1);
        tape_close(tape);
    }
    random_tape_stays = false;
    unlink(random_path);
    assert_true(misfits > 0);
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
        int64_t fit = pieces_of(tape, NULL, 1);
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
        cmocka_unit_test(damage_is_read_as_a_whole),
        cmocka_unit_test(packed_blocks_tell_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
