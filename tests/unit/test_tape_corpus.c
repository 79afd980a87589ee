/* The fuzzer's seeds (tests/fuzz/corpus/tape) open as what they are. With CALLTAPE_WRITE_CORPUS set to that folder this
 * program writes them first: after a change of the format. Those called codes_* are of a layout that is no longer
 * written; they stay as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tape_support.h"

static const char *corpus(const char *name)
{
    static char path[4096];
    const char *root = getenv("ROOT"), *folder = getenv("CALLTAPE_WRITE_CORPUS");
    if (folder)
        snprintf(path, sizeof path, "%s/%s", folder, name);
    else
        snprintf(path, sizeof path, "%s/tests/fuzz/corpus/tape/%s", root ? root : ".", name);
    return path;
}

static void keep(const char *path, const char *name)
{
    size_t bytes;
    uint8_t *data = file_load(path, &bytes);
    file_store(corpus(name), data, bytes);
    free(data);
}

/* Enough calls, and alike enough, for every column to be compressed. */
static void write_long(void)
{
    struct error error;
    struct writer *writer = writer_small("long");
    union test_chunk *chunk = chunk_new(0, 0, 0, 2000);
    chunk->head.probe = CT_PROBE(100, 20);
    for (uint32_t i = 0; i < 1000; i++) {
        chunk_add(chunk, entry_at(1 + i % 3, 2000 + 10 * i));
        uint64_t exit = i % 7 ? exit_at(2005 + 10 * i) : exit_untimed();
        chunk_add(chunk, i % 10 ? exit : CT_SPECIAL(CT_SPECIAL_JUMP, 1));
    }
    write_chunk(writer, chunk);
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    keep(test_path("long"), "long");
}

/* With a summary of its thread, and more words than one chunk has, as are written for what was overwritten. */
static void write_summarized(void)
{
    struct error error;
    struct writer *writer = writer_small("summarized");
    static uint64_t words[40];
    for (uint32_t i = 0; i < 40; i++)
        words[i] = i == 0 ? CT_SPECIAL(CT_SPECIAL_OVERWRITTEN, 5000) : CT_SPECIAL(CT_SPECIAL_INHERIT, 1 + i % 3);
    union test_chunk *chunk = chunk_new(0, 0, 9, 3000);
    const struct ct_chunk head = {.sequence_plus_1 = 1, .base_ticks = 2000};
    assert_int_equal(writer_words(writer, &head, words, 40, 9, &error), 0);
    for (uint32_t i = 0; i < 40; i++)
        chunk_add(chunk, i % 2 ? exit_at(3005 + 10 * i) : entry_at(1 + i % 3, 3000 + 10 * i));
    write_chunk(writer, chunk);
    uint64_t numbers[17 + 25] = {20, 200, 0};
    numbers[17] = 1;
    numbers[18] = 20;
    const struct ct_summary summary = {.events = 40, .entries = 20, .end_ticks = 3395};
    assert_int_equal(writer_summary(writer, &summary, numbers, 17 + 25, &error), 0);
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    keep(test_path("summarized"), "summarized");
}

/* Two threads of which the second's first chunks are missing, a block that is there twice, clock pairs, no end. */
static void write_unfinished(void)
{
    static struct test_records records;
    struct error error;
    struct writer *writer = writer_small("unfinished");
    record_clock(&records, 500000, 1000000000);
    record_clock(&records, 900000, 2000000000);
    record_note(&records, "a note");
    record_process_end(&records, 0, CT_END_SIGNAL, 9, 800000);
    assert_int_equal(writer_records(writer, records.bytes, records.used, &error), 0);
    for (uint32_t i = 0; i < 3; i++) {
        union test_chunk *chunk = chunk_new(0, i / 2, i / 2 * 4, 2000 * i);
        chunk_add(chunk, entry_at(1 + i, 2000 * i + 10));
        chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_INHERIT, 3));
        chunk_add(chunk, exit_at(2000 * i + 20));
        write_chunk(writer, chunk);
    }
    assert_int_equal(writer_flush_meta(writer, &error), 0);
    writer_abort(writer);
    keep(test_path("unfinished"), "unfinished");
}

static int write_corpus(void **state)
{
    (void)state;
    if (!getenv("CALLTAPE_WRITE_CORPUS"))
        return 0;
    keep(tape_small("small"), "small");
    write_long();
    write_summarized();
    write_unfinished();
    return 0;
}

static void expect_seed(const char *name, uint64_t events, size_t damages)
{
    struct error error;
    struct tape *tape = tape_open(corpus(name), &error);
    if (!tape)
        fail_msg("%s", error.text);
    free(tape_text(tape));
    assert_int_equal(tape_totals(tape).events, events);
    assert_int_equal(damage_count(tape), damages);
    tape_close(tape);
}

static void seeds_open(void **state)
{
    (void)state;
    expect_seed("small", 30, 0);
    expect_seed("long", 1900, 0);
    expect_seed("unfinished", 4, 2);
    expect_seed("summarized", 40, 0);
    expect_seed("codes_small", 30, 0);
    expect_seed("codes_long", 1900, 0);
    expect_seed("codes_unfinished", 4, 2);
}

static void the_summary_is_used(void **state)
{
    (void)state;
    struct error error;
    struct tape *tape = tape_open(corpus("summarized"), &error);
    uint64_t *numbers;
    size_t count;
    assert_true(tape_summary(tape, 0, &numbers, &count));
    assert_int_equal(count, 17 + 25);
    free(numbers);
    assert_false(tape_summary(tape, 1, &numbers, &count));
    tape_close(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(seeds_open), cmocka_unit_test(the_summary_is_used)};
    return cmocka_run_group_tests(tests, write_corpus, NULL);
}
