/* What is packed is read back: every kind of word, times through wraps and steps back, splits into blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tape_support.h"

static struct tape *finish_and_open(struct writer *writer, const char *name)
{
    struct error error = {""};
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    struct tape *tape = tape_open(test_path(name), &error);
    if (!tape)
        fail_msg("%s", error.text);
    return tape;
}

/* One line of expectation: kind, function, ticks, n (of untimed events: slack). */
struct expected {
    enum tape_event_kind kind;
    uint32_t function;
    uint64_t ticks, n;
};

static void expect_events(struct tape *tape, uint32_t thread, const struct expected *expected, size_t count)
{
    struct error error = {""};
    struct tape_cursor *cursor = tape_cursor_open(tape, thread, &error);
    struct tape_event event;
    assert_non_null(cursor);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        assert_int_equal(event.kind, expected[i].kind);
        assert_int_equal(event.function, expected[i].function);
        assert_int_equal(event.ticks, expected[i].ticks);
        assert_int_equal(event.n, expected[i].n);
    }
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 0);
    assert_int_equal(tape_cursor_next_ticks(cursor), UINT64_MAX);
    tape_cursor_close(cursor);
}

static void expect_whole(struct tape *tape)
{
    char *damages = damage_text(tape);
    assert_string_equal(damages, "");
    free(damages);
}

#define EXPECT(tape, thread, ...)                                                                                      \
    do {                                                                                                               \
        const struct expected list[] = {__VA_ARGS__};                                                                  \
        expect_events(tape, thread, list, sizeof list / sizeof *list);                                                 \
    } while (0)

static void all_kinds_of_words(void **state)
{
    (void)state;
    struct writer *writer = writer_small("kinds");
    union test_chunk *chunk = chunk_new(0, 1, 0, 5000);
    chunk_add(chunk, entry_at(3, 5001));
    chunk_hole(chunk);
    chunk_add(chunk, entry_untimed(4));
    chunk_add(chunk, exit_untimed());
    chunk_add(chunk, entry_at(3, 5001 + 300)); /* two bytes of LEB128 */
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_JUMP, 2));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_STACK, 5));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_STRAY, 9));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_INHERIT, 8));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_LOST, 70000));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_WAIT, CT_PAYLOAD_MASK));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_PAUSE, 6));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_PREEMPTED, 7));
    chunk_add(chunk, CT_SPECIAL(60, 1));               /* of a later version: passed over */
    chunk_add(chunk, UINT64_C(3) << CT_TAG_SHIFT);     /* no runtime writes that */
    chunk_add(chunk, exit_at(5001 + 300 + (1 << 29))); /* more than four bytes */
    chunk_seal(chunk);
    write_chunk(writer, chunk);
    assert_int_equal(writer_totals(writer).events, 5);
    assert_int_equal(writer_totals(writer).entries, 3);
    assert_int_equal(writer_totals(writer).lost_events, 70001);
    uint32_t count;
    const uint64_t *seen = writer_functions_seen(writer, &count);
    assert_int_equal(count, 10);
    assert_int_equal(seen[0], 1 << 3 | 1 << 4 | 1 << 8 | 1 << 9);

    struct tape *tape = finish_and_open(writer, "kinds");
    uint64_t t = 5001, u = 5301;
    EXPECT(tape, 1, {TAPE_ENTRY, 3, t, 0}, {TAPE_ENTRY, 4, t + 99, 300}, {TAPE_EXIT, 0, t + 199, 300},
           {TAPE_ENTRY, 3, u, 0}, {TAPE_JUMP, 0, u, 2}, {TAPE_STACK, 0, u, 5}, {TAPE_STRAY, 9, u, 0},
           {TAPE_INHERIT, 8, u, 0}, {TAPE_LOST, 0, u, 70000}, {TAPE_WAIT, TAPE_WAITED, u, CT_PAYLOAD_MASK},
           {TAPE_WAIT, TAPE_PAUSED, u, 6}, {TAPE_WAIT, TAPE_PREEMPTED, u, 7}, {TAPE_LOST, 0, u, 1},
           {TAPE_EXIT, 0, u + (1 << 29), 0});
    assert_int_equal(tape_totals(tape).lost_events, 70001);
    expect_whole(tape);
    tape_close(tape);
}

static void clock_wraps(void **state)
{
    (void)state;
    struct writer *writer = writer_small("wraps");
    uint64_t wrap = UINT64_C(7) << CT_CLOCK_BITS;
    union test_chunk *chunk = chunk_new(0, 0, 0, wrap - 100);
    chunk_add(chunk, entry_at(1, wrap - 50));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_EPOCH, wrap >> CT_EPOCH_SHIFT));
    chunk_add(chunk, exit_at(wrap + 50));
    /* a pause of many epochs, told by the special before the next event */
    uint64_t later = wrap + (UINT64_C(1000) << CT_EPOCH_SHIFT) + 12345;
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_EPOCH, later >> CT_EPOCH_SHIFT));
    chunk_add(chunk, entry_at(2, later));
    /* no special: less than half the range on */
    chunk_add(chunk, exit_at(later + (UINT64_C(1) << 36)));
    write_chunk(writer, chunk);
    struct tape *tape = finish_and_open(writer, "wraps");
    EXPECT(tape, 0, {TAPE_ENTRY, 1, wrap - 50, 0}, {TAPE_EXIT, 0, wrap + 50, 0}, {TAPE_ENTRY, 2, later, 0},
           {TAPE_EXIT, 0, later + (UINT64_C(1) << 36), 0});
    tape_close(tape);
}

static void clock_steps_back(void **state)
{
    (void)state;
    struct writer *writer = writer_small("back");
    uint64_t epoch = UINT64_C(5) << CT_EPOCH_SHIFT;
    union test_chunk *chunk = chunk_new(0, 0, 0, epoch - 1000);
    chunk_add(chunk, entry_at(1, epoch - 1010)); /* read before the chunk was opened */
    chunk_add(chunk, entry_at(2, epoch - 500));
    chunk_add(chunk, exit_at(epoch - 600)); /* another CPU's clock */
    chunk_add(chunk, exit_at(epoch - 400));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_EPOCH, epoch >> CT_EPOCH_SHIFT)); /* a hair early: a signal came between */
    chunk_add(chunk, entry_at(1, epoch - 10));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_EPOCH, (epoch >> CT_EPOCH_SHIFT) - 1)); /* a step back is not believed */
    chunk_add(chunk, exit_at(epoch + 20));
    write_chunk(writer, chunk);
    chunk = chunk_new(0, 0, 1, epoch + 5); /* the next block begins before this one ended */
    chunk_add(chunk, entry_at(1, epoch + 6));
    chunk_add(chunk, exit_at(epoch + 30));
    write_chunk(writer, chunk);
    struct tape *tape = finish_and_open(writer, "back");
    EXPECT(tape, 0, {TAPE_ENTRY, 1, epoch - 1000, 0}, {TAPE_ENTRY, 2, epoch - 500, 0}, {TAPE_EXIT, 0, epoch - 500, 0},
           {TAPE_EXIT, 0, epoch - 400, 0}, {TAPE_ENTRY, 1, epoch, 0}, {TAPE_EXIT, 0, epoch + 20, 0},
           {TAPE_ENTRY, 1, epoch + 20, 0}, {TAPE_EXIT, 0, epoch + 30, 0});
    expect_whole(tape);
    tape_close(tape);
}

static void clock_that_cannot_be(void **state)
{
    (void)state;
    struct writer *writer = writer_small("absurd");
    union test_chunk *chunk = chunk_new(0, 0, 0, UINT64_MAX - 5);
    chunk_add(chunk, entry_at(1, 10));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_EPOCH, CT_PAYLOAD_MASK));
    chunk_add(chunk, exit_at(20));
    write_chunk(writer, chunk);
    struct tape *tape = finish_and_open(writer, "absurd");
    EXPECT(tape, 0, {TAPE_ENTRY, 1, 10, 0}, {TAPE_EXIT, 0, 20, 0});
    tape_close(tape);
}

/* Fills a chunk to its last word with calls of `first`, `first + 1`, ... */
static union test_chunk *full_chunk(uint32_t sequence, uint32_t first, uint64_t t)
{
    union test_chunk *chunk = chunk_new(0, 0, sequence, t);
    for (uint32_t i = 0; i < CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS; i++)
        chunk_add(chunk, entry_at(first + i, t + i));
    chunk_seal(chunk);
    return chunk;
}

static void dictionary_overflows(void **state)
{
    (void)state;
    enum { CHUNKS = 10, WORDS = CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS };
    static struct test_records records;
    struct writer *writer = writer_small("dictionary");
    struct error error = {""};
    union test_chunk *chunks[CHUNKS];
    for (uint32_t i = 0; i < CHUNKS; i++)
        chunks[i] = full_chunk(i, 1 + WORDS * i, 10000 * (i + 1));
    for (uint32_t i = 1; i <= WORDS * CHUNKS; i++) {
        records.used = 0;
        record_function(&records, i, 0, 0x400000 + i);
        assert_int_equal(writer_records(writer, records.bytes, records.used, &error), 0);
    }
    assert_int_equal(writer_chunks(writer, (const struct ct_chunk *const *)chunks, CHUNKS, &error), 0);
    struct tape *tape = finish_and_open(writer, "dictionary");
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    struct tape_event event;
    for (uint32_t i = 0; i < WORDS * CHUNKS; i++) {
        assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        assert_int_equal(event.function, i + 1);
        assert_int_equal(event.ticks, 10000 * (i / WORDS + 1) + i % WORDS);
    }
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 0);
    tape_cursor_close(cursor);
    expect_whole(tape);
    tape_close(tape);
    for (uint32_t i = 0; i < CHUNKS; i++)
        free(chunks[i]);
}

/* More chunks at once than a block may hold, and a sequence that jumps: blocks are split there. */
static void many_chunks_at_once(void **state)
{
    (void)state;
    enum { CHUNKS = 130, WORDS = CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS };
    struct writer *writer = writer_small("many");
    struct error error = {""};
    union test_chunk *chunks[CHUNKS];
    for (uint32_t i = 0; i < CHUNKS; i++) {
        chunks[i] = chunk_new(0, 0, i < 128 ? i : i + 1, 10000 * (i + 1));
        for (uint32_t word = 0; word < WORDS; word++)
            chunk_add(chunks[i], word % 2 ? exit_at(10000 * (i + 1) + word) : entry_untimed(1 + word % 9));
    }
    assert_int_equal(writer_chunks(writer, (const struct ct_chunk *const *)chunks, CHUNKS, &error), 0);
    struct tape *tape = finish_and_open(writer, "many");
    assert_int_equal(tape_totals(tape).events, CHUNKS * WORDS);
    char *damages = damage_text(tape);
    assert_non_null(strstr(damages, "chunks 128 to 128 are missing"));
    free(damages);

    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    const struct tape_event *events;
    size_t count, total = 0, gaps = 0;
    while (tape_cursor_batch(cursor, &events, &count, &error) == 1) {
        total += count;
        for (size_t i = 0; i < count; i++)
            gaps += events[i].kind == TAPE_GAP;
    }
    assert_int_equal(total, CHUNKS * WORDS + 1);
    assert_int_equal(gaps, 1);
    tape_cursor_close(cursor);
    tape_close(tape);
    for (uint32_t i = 0; i < CHUNKS; i++)
        free(chunks[i]);
}

static void many_blocks_use_the_slots_again(void **state)
{
    (void)state;
    enum { BLOCKS = 70000 }; /* more than there are generation stamps */
    struct writer *writer = writer_small("generations");
    union test_chunk *chunk = chunk_new(0, 0, 0, 100);
    struct error error = {""};
    for (uint32_t i = 0; i < BLOCKS; i++) {
        const struct ct_chunk *one = &chunk->head;
        chunk->head.sequence_plus_1 = i + 1;
        chunk->head.words = CT_CHUNK_HEADER_WORDS + 1;
        chunk->words[CT_CHUNK_HEADER_WORDS] = entry_at(1 + i % 9, 100 + i);
        assert_int_equal(writer_chunks(writer, &one, 1, &error), 0);
    }
    free(chunk);
    struct tape *tape = finish_and_open(writer, "generations");
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    struct tape_event event;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        assert_int_equal(event.function, 1 + i % 9);
        assert_int_equal(event.ticks, 100 + i);
    }
    tape_cursor_close(cursor);
    expect_whole(tape);
    tape_close(tape);
}

static void what_a_full_disk_leaves_is_readable(void **state)
{
    (void)state;
    struct rlimit before, limit;
    struct error error = {""};
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    struct writer *writer = writer_small("full");
    assert_int_equal(writer_flush_meta(writer, &error), 0);
    limit = before;
    limit.rlim_cur = writer_totals(writer).bytes + 20000;
    setrlimit(RLIMIT_FSIZE, &limit);
    uint64_t written = 0;
    int status = 0;
    for (uint32_t i = 0; status == 0; i++) {
        union test_chunk *chunk = chunk_new(0, 0, i, 1000 + i);
        for (uint32_t word = 0; word < 1000; word++)
            chunk_add(chunk, entry_at(1 + (uint32_t)random() % 9, 1000 + i + (uint64_t)random() % 4096));
        const struct ct_chunk *one = &chunk->head;
        status = writer_chunks(writer, &one, 1, &error);
        free(chunk);
        if (status == 0)
            written = writer_totals(writer).events;
    }
    assert_non_null(strstr(error.text, "File too large"));
    assert_int_equal(writer_flush_meta(writer, &error), -1);
    writer_abort(writer);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_true(written > 0);

    struct tape *tape = tape_open(test_path("full"), &error);
    assert_non_null(tape);
    assert_int_equal(tape_totals(tape).events, written);
    assert_false(tape_session(tape)->finished);
    assert_int_equal(damage_count(tape), 1);
    tape_close(tape);
}

static void a_path_that_cannot_be(void **state)
{
    (void)state;
    struct error error = {""};
    assert_null(writer_create(test_path("no/such/directory"), support_session, &error));
    assert_non_null(strstr(error.text, "no/such/directory"));
    writer_abort(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_kinds_of_words),
        cmocka_unit_test(clock_wraps),
        cmocka_unit_test(clock_steps_back),
        cmocka_unit_test(clock_that_cannot_be),
        cmocka_unit_test(dictionary_overflows),
        cmocka_unit_test(many_chunks_at_once),
        cmocka_unit_test(many_blocks_use_the_slots_again),
        cmocka_unit_test(what_a_full_disk_leaves_is_readable),
        cmocka_unit_test(a_path_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
