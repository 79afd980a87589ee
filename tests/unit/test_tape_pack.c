/* The packer's columns: taken apart and put together again they are what was packed; what it learns of gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tape/bytes.h"
#include "tape/columns.h"
#include "tape/pack.h"
#include "tape/steps.h"
#include "tape_support.h"

/* ---- what comes back -------------------------------------------------------------------------------------------- */

struct expected {
    uint8_t kind;
    bool timed;
    uint32_t function;
    uint64_t ticks, n; /* ticks: of timed ones */
};

struct story {
    struct expected *events;
    size_t count;
    uint64_t now;
    uint32_t depth;
};

static uint32_t below(uint32_t limit)
{
    return (uint32_t)random() % limit;
}

static void expect(struct story *story, struct expected expected)
{
    story->events[story->count++] = expected;
}

static uint64_t some_gap(void)
{
    static const uint64_t limits[] = {2, 100, 200, 1 << 14, 1 << 20, UINT64_C(1) << 36};
    return (uint64_t)random() % limits[below(100) < 95 ? below(3) : below(6)];
}

/* One word, and what a reader makes of it. Untimed ones come in runs; 0: nothing but timed ones. */
static void tell(struct story *story, union test_chunk *chunk, uint32_t untimed_percent, uint32_t special_permille)
{
    bool timed = below(100) >= untimed_percent, entry = story->depth == 0 || below(2);
    uint32_t function = 1 + below(9);
    if (below(1000) < special_permille) {
        static const uint8_t kinds[] = {[CT_SPECIAL_JUMP] = TAPE_JUMP, [CT_SPECIAL_LOST] = TAPE_LOST};
        uint32_t kind = below(2) ? CT_SPECIAL_JUMP : CT_SPECIAL_LOST;
        chunk_add(chunk, CT_SPECIAL(kind, below(5)));
        expect(story, (struct expected){.kind = kinds[kind],
                                        .n = chunk->words[CT_CHUNK_HEADER_WORDS + chunk->head.reserved[0] - 1] &
                                             CT_PAYLOAD_MASK});
        return;
    }
    if (timed)
        story->now += some_gap();
    if (timed && story->now >> CT_EPOCH_SHIFT)
        chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_EPOCH, story->now >> CT_EPOCH_SHIFT));
    story->depth += entry ? 1 : -1u;
    if (entry)
        chunk_add(chunk, timed ? entry_at(function, story->now) : entry_untimed(function));
    else
        chunk_add(chunk, timed ? exit_at(story->now) : exit_untimed());
    expect(story, (struct expected){entry ? TAPE_ENTRY : TAPE_EXIT, timed, entry ? function : 0, story->now, 0});
}

static void expect_story(struct tape *tape, const struct story *story)
{
    struct error error = {""};
    struct tape_event event;
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    for (size_t i = 0; i < story->count; i++) {
        const struct expected *expected = &story->events[i];
        assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        assert_int_equal(event.kind, expected->kind);
        assert_int_equal(event.function, expected->function);
        if (expected->kind != TAPE_ENTRY && expected->kind != TAPE_EXIT)
            assert_int_equal(event.n, expected->n);
        else
            assert_int_equal(event.timed, expected->timed);
        if (expected->timed)
            assert_int_equal(event.ticks, expected->ticks);
    }
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 0);
    tape_cursor_close(cursor);
}

static void random_words_come_back(void **state)
{
    (void)state;
    enum { CHUNKS = 5, WORDS_MAX = CHUNKS * CHUNK_WORDS_MAX };
    static const uint32_t untimed[] = {0, 3, 50, 97, 100}, specials[] = {0, 2, 100};
    srandom(1);
    for (uint32_t round = 0; round < 60; round++) {
        struct error error = {""};
        struct writer *writer = writer_small("random");
        struct story story = {.events = calloc(WORDS_MAX, sizeof *story.events), .now = 5000};
        const struct ct_chunk *chunks[CHUNKS];
        for (uint32_t i = 0; i < CHUNKS; i++) {
            union test_chunk *chunk = chunk_new(0, 0, i, story.now);
            uint32_t words = round % 3 ? below(200) : CHUNK_WORDS_MAX / 2;
            for (uint32_t word = 0; word < words; word++)
                tell(&story, chunk, untimed[round % 5], specials[round % 3]);
            chunk_seal(chunk);
            chunks[i] = &chunk->head;
        }
        assert_int_equal(writer_chunks(writer, chunks, 1 + below(CHUNKS), &error), 0);
        assert_int_equal(writer_totals(writer).events > 0, story.count > 0);
        writer_abort(writer);

        writer = writer_small("random");
        assert_int_equal(writer_chunks(writer, chunks, CHUNKS, &error), 0);
        assert_int_equal(writer_finish(writer, 0, &error), 0);
        struct tape *tape = tape_open(test_path("random"), &error);
        assert_non_null(tape);
        expect_story(tape, &story);
        assert_int_equal(damage_count(tape), 0);
        tape_close(tape);
        free(story.events);
        for (uint32_t i = 0; i < CHUNKS; i++)
            free((void *)(uintptr_t)chunks[i]);
    }
}

/* ---- columns that do not fit ------------------------------------------------------------------------------------ */

/* The codes, as the reader goes from word to word; all that it does at once is tested by its events. */
static bool walk(const struct columns_apart *columns, uint16_t *codes)
{
    static uint64_t by_key[CODE_ENTRY + 8];
    static uint16_t open[16];
    for (uint32_t i = 0; i < CODE_ENTRY + 8; i++)
        by_key[i] = step_of(0, 0);
    struct steps steps;
    steps_begin(&steps, columns, by_key, open);
    for (uint64_t word = 0; word < columns->words; word++) {
        uint32_t code = steps_code(&steps, &steps.at);
        codes[word] = (uint16_t)code;
        if (code_is_special(code)) {
            steps_settle(&steps, NULL);
            steps_pass(&steps);
            steps_special(&steps, code - CODE_SPECIAL, 0);
        } else {
            codes[word] = (uint16_t)(code + !(steps_take(&steps, NULL) & STEP_TIMED));
        }
    }
    return steps_fit(&steps);
}

/* Words: entry of 1, exit, jump, entry of 0, exit, exit. */
static bool join(uint64_t words, const void *kinds, size_t kind_bytes, const uint16_t *entries, size_t entry_count,
                 const void *timed, size_t timed_bytes, uint16_t *codes)
{
    uint8_t padded[16] = {0};
    memcpy(padded, kinds, kind_bytes);
    const struct columns_apart columns = {padded,      kind_bytes, entries,
                                          entry_count, words,      bytes_of(timed, timed_bytes)};
    struct columns_counts counts;
    if (!columns_apart_fit(&columns, &counts))
        return false;
    if (timed_bytes != 0)
        return walk(&columns, codes);
    columns_join(codes, &columns);
    return true;
}

static void payloads_of_values_are_leb128(void **state)
{
    (void)state;
    struct packer packer;
    uint64_t words[112];
    uint8_t expected[112 * LEB128_BYTES_MAX], *end = expected;
    struct ct_chunk chunk = {.sequence_plus_1 = 1};
    for (uint32_t bit = 0; bit < 56; bit++) {
        uint64_t payload = UINT64_C(1) << bit;
        words[2 * bit] = CT_SPECIAL(CT_SPECIAL_VALUE, payload);
        words[2 * bit + 1] = CT_SPECIAL(CT_SPECIAL_DATA, payload - 1);
        end = leb128_write(leb128_write(end, payload), payload - 1);
    }
    assert_int_equal(packer_init(&packer), 0);
    packer_begin(&packer, &chunk);
    assert_int_equal(packer_add(&packer, 0, words, 112), 0);
    assert_int_equal(packer.specials.bytes, end - expected);
    assert_memory_equal(packer.specials.data, expected, packer.specials.bytes);
    assert_int_equal(packer_end(&packer), 0);
    assert_int_equal(packer.block.words, 112);
    assert_int_equal(packer.block.events, 0);
    packer_free(&packer);
}

/* Calls with a value each, more of them than the slow loop takes; then what a signal's handler stores in the midst of
 * one, and words without a time. */
static uint32_t values_between_events(uint64_t *words)
{
    uint32_t count = 0;
    uint64_t now = 100;
    for (uint32_t i = 0; i < 150; i++) {
        words[count++] = entry_at(1 + i % 3, now += 7);
        words[count++] = CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1 + i % 2, 1 + i % 9, 0));
        words[count++] = CT_SPECIAL(CT_SPECIAL_DATA, UINT64_C(1) << i % 56);
        if (i % 9 > 6)
            words[count++] = CT_SPECIAL(CT_SPECIAL_DATA, i);
        if (i % 40 == 39)
            words[count++] = CT_SPECIAL(CT_SPECIAL_PREEMPTED, 300 * i);
        words[count++] = exit_at(now += i == 120 ? 1 << 20 : 5);
    }
    words[count++] = entry_at(1, now += 7);
    words[count++] = CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 3, 0));
    words[count++] = entry_at(2, now += 7);
    words[count++] = exit_at(now += 7);
    words[count++] = CT_SPECIAL(CT_SPECIAL_DATA, 0x030201);
    words[count++] = CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 20, 0)); /* lacks words */
    words[count++] = exit_untimed();
    words[count++] = CT_SPECIAL(CT_SPECIAL_DATA, 0x030201);
    return count;
}

/* In chunks of so many words. */
static void pack_by(struct packer *packer, const uint64_t *words, uint32_t count, uint32_t most)
{
    struct ct_chunk chunk = {.sequence_plus_1 = 1};
    packer_begin(packer, &chunk);
    for (uint32_t at = 0; at < count; at += most)
        assert_int_equal(packer_add(packer, 0, words + at, count - at < most ? count - at : most), 0);
    assert_int_equal(packer_end(packer), 0);
}

static void expect_column(const struct buffer *column, const struct buffer *expected)
{
    assert_int_equal(column->bytes, expected->bytes);
    assert_memory_equal(column->data, expected->data, expected->bytes);
}

/* Word by word the slow loop takes all of them. */
static void values_lie_across_edges_of_chunks(void **state)
{
    (void)state;
    static struct packer slow, packer;
    uint64_t words[900];
    uint32_t count = values_between_events(words);
    assert_int_equal(packer_init(&slow), 0);
    assert_int_equal(packer_init(&packer), 0);
    pack_by(&slow, words, count, 1);
    assert_int_equal(slow.block.untimed, 1);
    assert_int_equal(slow.block.words, count);
    for (uint32_t most = 2; most <= count; most++) {
        pack_by(&packer, words, count, most);
        expect_column(&packer.kinds, &slow.kinds);
        expect_column(&packer.entries, &slow.entries);
        expect_column(&packer.timed, &slow.timed);
        expect_column(&packer.times, &slow.times);
        expect_column(&packer.specials, &slow.specials);
        expect_column(&packer.edges_column, &slow.edges_column);
        assert_int_equal(packer.block.untimed, 1);
        assert_int_equal(packer.block.events, slow.block.events);
        assert_int_equal(packer.block.last_ticks, slow.block.last_ticks);
    }
    packer_free(&slow);
    packer_free(&packer);
}

static void columns_that_fit_or_not(void **state)
{
    (void)state;
    enum { A = CODE_ENTRY + 2, B = CODE_ENTRY, J = CODE_SPECIAL + CT_SPECIAL_JUMP };
    static const uint16_t entries[8] = {A, J, B}, exit[8] = {A, 0, B}, odd[8] = {A + 1, J, B};
    static const uint16_t whole[6] = {A, 0, J, B + 1, 1, 1};
    uint16_t codes[16];
    assert_true(join(6, "\x0d", 1, entries, 3, "", 0, codes));
    assert_int_equal(codes[3], B);
    assert_true(join(6, "\x0d", 1, entries, 3, "\x03\x00\x00", 3, codes));
    assert_memory_equal(codes, whole, sizeof whole);

    assert_false(join(6, "\x0d", 1, entries, 3, "\x03\x00\x01", 3, codes)); /* behind the last word */
    assert_false(join(6, "\x0d", 1, entries, 3, "\x02", 1, codes));         /* a special has no time ever */
    assert_false(join(6, "\x0d", 1, entries, 3, "\x03\x81", 2, codes));     /* cut short */
    assert_false(join(6, "\x0d", 1, entries, 2, "", 0, codes));
    assert_false(join(6, "\x0d", 1, entries, 4, "", 0, codes));
    assert_false(join(6, "\x4d", 1, entries, 4, "", 0, codes)); /* a bit behind the last word */
    assert_false(join(6, "\x0d\x00", 2, entries, 3, "", 0, codes));
    assert_false(join(9, "\x0d", 1, entries, 3, "", 0, codes));
    assert_false(join(6, "\x0d", 1, exit, 3, "", 0, codes));
    assert_false(join(6, "\x0d", 1, odd, 3, "", 0, codes));
}

/* Where one of the last two of a function's entries, or exits, had no time, none is expected; but after one that had a
 * time all the same the next is expected to have one too. */
static void what_is_expected(void **state)
{
    (void)state;
    enum { A = CODE_ENTRY, B = CODE_ENTRY + 2, N = 10 };
    static const uint16_t entries[8] = {A, A, A, B, B}, whole[N] = {A + 1, 1, A + 1, 1, A + 1, 1, B, 0, B, 1};
    uint16_t codes[N];
    /* all of the second A's are told as well; the third's are no surprise, nor are B's but for its last exit */
    assert_true(join(N, "\x55\x01", 2, entries, 5, "\x00\x00\x07", 3, codes));
    static const uint16_t first[4] = {A + 1, 1, A + 1, 1};
    assert_memory_equal(codes, first, sizeof first);
    assert_memory_equal(codes, whole, sizeof whole);
    /* a time where none was expected: then one at the next word too, and as the last two had none, no more */
    static const uint16_t again[N] = {A + 1, 1, A + 1, 1, A, 0, B, 0, B, 0};
    assert_true(join(N, "\x55\x01", 2, entries, 5, "\x00\x00\x02", 3, codes));
    assert_memory_equal(codes, again, sizeof again);
}

/* ---- gaps ------------------------------------------------------------------------------------------------------- */

static void a_mean_that_no_outlier_moves(void **state)
{
    (void)state;
    struct learner learner = {0};
    learn_gap(&learner, 7, false, 10); /* no room yet: nothing happens */
    assert_int_equal(learned_gap(&learner, 7, false, 0), 0);
    learner_reserve(&learner, 7);
    assert_int_equal(learned_gap(&learner, 7, false, 0), 0);
    for (uint32_t i = 0; i < 1000; i++)
        learn_gap(&learner, 7, false, i % 2 ? 40 : 60);
    assert_int_equal(learned_gap(&learner, 7, false, 0), 50 * 16 / 64 * 64);
    assert_int_equal(learned_gap(&learner, 7, true, 0), 0);
    assert_int_equal(learned_gap(&learner, 7, false, 50 * 16 + 16), 1); /* less than the probe: known, but none */
    learn_gap(&learner, 7, false, UINT64_MAX);
    assert_true(learned_gap(&learner, 7, false, 0) <= 50 * 16 + (8 * 50 * 16 + 16000) / 64);
    for (uint32_t i = 0; i < 2000; i++)
        learn_gap(&learner, 7, true, 100000); /* what is always long is believed */
    assert_true(learned_gap(&learner, 7, true, 0) > 16 * 90000);
    learn_gap(&learner, 0, true, 100);
    assert_int_equal(learned_gap(&learner, 0, true, 0), 0);
    learner_free(&learner);
}

static void a_cost_by_what_runs_saved(void **state)
{
    (void)state;
    struct learner learner = {0};
    assert_int_equal(learned_untimed_cost(&learner, 400, 100), 100);
    for (uint32_t i = 0; i < 100; i++)
        learn_run(&learner, 60 * 500, 60 * 300 / 16, 60); /* 200 less an event than if all had been timed */
    assert_int_equal(learned_untimed_cost(&learner, 400, 100), 200);
    assert_int_equal(learned_untimed_cost(&learner, 800, 100), 600);
    assert_int_equal(learned_untimed_cost(&learner, 210, 100), 100); /* never less than what was measured */
    for (uint32_t i = 0; i < 100; i++)
        learn_run(&learner, 60 * 500, 1000000, 60); /* something else ran */
    assert_int_equal(learned_untimed_cost(&learner, 400, 100), 200);
    for (uint32_t i = 0; i < 1000; i++)
        learn_run(&learner, 60 * 500, 60 * 600 / 16, 60);
    assert_int_equal(learned_untimed_cost(&learner, 400, 100), 400); /* nor more than a timed one costs */
    learner_free(&learner);
}

static void expect_gaps(const struct packer *packer, const uint64_t *numbers, size_t count)
{
    struct bytes at = bytes_of(packer->gap_column.data, packer->gap_column.bytes);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(bytes_leb128(&at), numbers[i]);
    assert_false(at.truncated);
    assert_int_equal(bytes_left(&at), 0);
}

#define EXPECT_GAPS(packer, ...)                                                                                       \
    do {                                                                                                               \
        const uint64_t numbers[] = {__VA_ARGS__};                                                                      \
        expect_gaps(packer, numbers, sizeof numbers / sizeof *numbers);                                                \
    } while (0)

/* Functions 3 and 4, entered 20 and 28 ticks after what comes before, left after 40 and 24; then a run without times.
 */
static void pack_calls(struct packer *packer, uint32_t sequence, bool untimed)
{
    union test_chunk *chunk = chunk_new(0, 0, sequence, 10000 * sequence);
    uint64_t now = 10000 * sequence;
    chunk->head.probe = CT_PROBE(8 * 16, 2 * 16);
    for (uint32_t i = 0; i < 30; i++) {
        chunk_add(chunk, entry_at(3, now += 20));
        chunk_add(chunk, entry_at(4, now += 28));
        chunk_add(chunk, exit_at(now += 24));
        chunk_add(chunk, exit_at(now += 40));
    }
    for (uint32_t i = 0; untimed && i < 10; i++) {
        chunk_add(chunk, entry_untimed(3));
        chunk_add(chunk, exit_untimed());
    }
    chunk_seal(chunk);
    packer_begin(packer, &chunk->head);
    assert_int_equal(packer_add(packer, chunk->head.base_ticks, chunk->words + CT_CHUNK_HEADER_WORDS,
                                chunk->head.words - CT_CHUNK_HEADER_WORDS),
                     0);
    assert_int_equal(packer_end(packer), 0);
    free(chunk);
}

static void what_the_packer_learns(void **state)
{
    (void)state;
    static struct packer packer;
    assert_int_equal(packer_init(&packer), 0);
    pack_calls(&packer, 0, true); /* nothing was known yet */
    assert_int_equal(packer.block.untimed, 20);
    EXPECT_GAPS(&packer, 128, 32, 0, 0, 0, 0);
    pack_calls(&packer, 1, true);
    EXPECT_GAPS(&packer, 128, 32, 192, 512, 320, 256);
    pack_calls(&packer, 2, false); /* all have times: means would be of no use */
    assert_int_equal(packer.block.untimed, 0);
    EXPECT_GAPS(&packer, 128, 32, 0, 0, 0, 0);
    pack_calls(&packer, 3, true);
    EXPECT_GAPS(&packer, 128, 32, 192, 512, 320, 256);
    packer_free(&packer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_words_come_back),
        cmocka_unit_test(columns_that_fit_or_not),
        cmocka_unit_test(payloads_of_values_are_leb128),
        cmocka_unit_test(values_lie_across_edges_of_chunks),
        cmocka_unit_test(what_is_expected),
        cmocka_unit_test(a_mean_that_no_outlier_moves),
        cmocka_unit_test(a_cost_by_what_runs_saved),
        cmocka_unit_test(what_the_packer_learns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
