/* What records tell, what they leave out, and what they get wrong; clocks; sections of later versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tape/check.h"
#include "tape/checksum.h"
#include "tape_support.h"

static struct test_records records;

/* A tape of these records and, where told, one event of one thread. */
static struct tape *tape_of_records(const char *name, uint32_t thread, uint32_t function)
{
    struct error error = {""};
    struct writer *writer = writer_create(test_path(name), support_session, &error);
    assert_non_null(writer);
    assert_int_equal(writer_records(writer, records.bytes, records.used, &error), 0);
    if (thread != CT_NONE) {
        union test_chunk *chunk = chunk_new(3, thread, 0, 2000);
        chunk_add(chunk, entry_at(function, 2001));
        write_chunk(writer, chunk);
    }
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    records.used = 0;
    struct tape *tape = tape_open(test_path(name), &error);
    if (!tape)
        fail_msg("%s", error.text);
    return tape;
}

static void expect_damage(struct tape *tape, const char *part)
{
    char *damages = damage_text(tape);
    if (!strstr(damages, part))
        fail_msg("no '%s' in: %s", part, damages);
    free(damages);
}

static void what_the_small_tape_tells(void **state)
{
    (void)state;
    struct error error;
    struct tape *tape = tape_open(tape_small("small"), &error);
    assert_non_null(tape);
    assert_int_equal(damage_count(tape), 0);
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    assert_int_equal(count, 10);
    assert_int_equal(functions[0].module, CT_NONE);
    assert_int_equal(functions[0].same, 0);
    assert_int_equal(functions[5].same, 5);
    /* functions 6 to 9 are 1 to 4 in another process, at another base */
    for (uint32_t i = 6; i < 10; i++)
        assert_int_equal(functions[i].same, i - 5);
    assert_string_equal(functions[1].name, "main");
    assert_string_equal(functions[1].file, "main.c");
    assert_int_equal(functions[1].line, 10);
    assert_null(functions[2].name);
    const struct tape_session *session = tape_session(tape);
    assert_int_equal(session->argument_count, 2);
    assert_string_equal(session->arguments[1], "-x");
    assert_true(session->finished);
    const struct tape_thread *threads = tape_threads(tape, &count);
    assert_int_equal(count, 3);
    assert_int_equal(threads[2].process, 1);
    assert_int_equal(threads[0].events, 10 / 2 * 2);
    assert_int_equal(threads[0].end_ticks, 192000);
    struct check_result result;
    assert_int_equal(check_tape(tape, &result, &error), 0);
    assert_int_equal(result.found, 0);
    assert_int_equal(result.blocks, 6);
    assert_int_equal(result.events, tape_totals(tape).events);
    tape_close(tape);
}

static void nothing_is_described(void **state)
{
    (void)state;
    records.used = 0;
    struct tape *tape = tape_of_records("bare", 2, 5);
    uint32_t count;
    const struct tape_thread *threads = tape_threads(tape, &count);
    assert_int_equal(count, 3);
    assert_int_equal(threads[2].process, 3);
    assert_int_equal(threads[2].start_ticks, 2000);
    assert_string_equal(threads[2].name, "");
    const struct tape_process *processes = tape_processes(tape, &count);
    assert_int_equal(count, 4);
    assert_string_equal(processes[3].executable, "");
    assert_int_equal(processes[3].end_ticks, 2001);
    tape_functions(tape, &count);
    assert_int_equal(count, 1);
    assert_int_equal(tape_session(tape)->start_ticks, 2000);
    expect_damage(tape, "nothing describes thread 2");
    expect_damage(tape, "thread 2 belongs to process 3, which nothing describes");
    expect_damage(tape, "nothing describes the recording");
    struct error error;
    struct tape_cursor *cursor = tape_cursor_open(tape, 2, &error);
    struct tape_event event;
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
    assert_int_equal(event.function, 0);
    tape_cursor_close(cursor);
    expect_damage(tape, "events of thread 2 name 1 functions that nothing describes");
    assert_null(tape_cursor_open(tape, 3, &error));
    tape_close(tape);
}

static void indices_that_cannot_be(void **state)
{
    (void)state;
    record_session(&records, CT_CLOCK_MONOTONIC, 1000, 1000);
    record_process(&records, 4000000000, CT_NONE, 1);
    record_process(&records, 0, 0, 1);
    record_process(&records, 1, 7, 1);
    record_thread(&records, UINT32_MAX, 0);
    record_thread(&records, 0, 4000000000);
    record_function(&records, 3999999999, 0, 0);
    record_function(&records, 0, 0, 0x1234);
    record_function(&records, 1, 77, 0x1234);
    record_module(&records, 0, 9, 0, "/bin/m");
    record_process_end(&records, UINT32_MAX, 1, 0, 5);
    struct tape *tape = tape_of_records("indices", CT_NONE, 0);
    expect_damage(tape, "process 4000000000, which cannot be");
    expect_damage(tape, "thread 4294967295, which cannot be");
    expect_damage(tape, "function 3999999999, which cannot be");
    expect_damage(tape, "process 0 says that process 0 is its parent");
    expect_damage(tape, "process 1 says that process 7 is its parent");
    expect_damage(tape, "thread 0 belongs to process 4000000000");
    expect_damage(tape, "function 1 belongs to module 77");
    expect_damage(tape, "module 0 belongs to process 9");
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    assert_int_equal(count, 2);
    assert_int_equal(functions[0].address, 0);
    assert_int_equal(functions[1].module, CT_NONE);
    assert_int_equal(tape_threads(tape, &count)[0].process, 0);
    tape_close(tape);
}

static void records_that_repeat(void **state)
{
    (void)state;
    record_session(&records, CT_CLOCK_MONOTONIC, 1000, 1000);
    record_process(&records, 0, CT_NONE, 11);
    record_process(&records, 0, CT_NONE, 22);
    record_process_end(&records, 0, CT_END_UNKNOWN, 0, 9000);
    record_process_end(&records, 0, CT_END_EXIT, 3, 5000);
    record_process_end(&records, 0, CT_END_SIGNAL, 9, 7000);
    record_note(&records, "first");
    record_note(&records, "second");
    record_note(&records, "first");
    struct tape *tape = tape_of_records("repeat", CT_NONE, 0);
    uint32_t processes;
    const struct tape_process *process = tape_processes(tape, &processes);
    assert_int_equal(process->pid, 11);
    assert_int_equal(process->end_cause, CT_END_EXIT);
    assert_int_equal(process->end_status, 3);
    assert_int_equal(process->end_ticks, 9000);
    size_t count;
    const char *const *notes = tape_notes(tape, &count);
    assert_int_equal(count, 2);
    assert_string_equal(notes[0], "first");
    assert_string_equal(notes[1], "second");
    tape_close(tape);
}

static void code_of_no_file_is_not_merged(void **state)
{
    (void)state;
    record_session(&records, CT_CLOCK_MONOTONIC, 1000, 1000);
    record_process(&records, 0, CT_NONE, 1);
    record_module(&records, 0, 0, 0, "");
    record_module(&records, 1, 0, 0, "");
    record_module(&records, 2, 0, 0x1000, "/lib/a");
    record_module(&records, 3, 0, 0x1000, "/lib/b");
    for (uint32_t i = 0; i < 4; i++)
        record_function(&records, i + 1, i, 0x2000);
    record_function(&records, 5, 1, 0x2000);
    struct tape *tape = tape_of_records("files", CT_NONE, 0);
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    for (uint32_t i = 1; i < 5; i++)
        assert_int_equal(functions[i].same, i);
    assert_int_equal(functions[5].same, 2);
    tape_close(tape);
}

static void torn_and_short_records(void **state)
{
    (void)state;
    record_session(&records, CT_CLOCK_MONOTONIC, 1000, 1000);
    record_process(&records, 0, CT_NONE, 1);
    memset(records.bytes + records.used, 0, 24); /* a hole */
    records.used += 24;
    struct ct_record future = {999, 16}, brief = {CT_RECORD_FUNCTION, 16}, torn = {CT_RECORD_FUNCTION, 1 << 20};
    record_add(&records, 999, &(struct ct_thread_name){.head = future}, 16, NULL, 0);
    record_add(&records, CT_RECORD_FUNCTION, &(struct ct_thread_name){.head = brief}, 16, NULL, 0);
    record_process(&records, 1, 0, 2);
    memcpy(records.bytes + records.used, &torn, sizeof torn);
    records.used += sizeof torn;
    struct tape *tape = tape_of_records("torn", CT_NONE, 0);
    uint32_t count;
    tape_processes(tape, &count);
    assert_int_equal(count, 2);
    assert_int_equal(damage_count(tape), 2);
    expect_damage(tape, "a record of type 9 is too short");
    expect_damage(tape, "the rest of the records here cannot be read");
    tape_close(tape);
}

/* ---- time ------------------------------------------------------------------------------------------------------- */

static void expect_monotone(struct tape *tape)
{
    uint64_t before = 0;
    for (unsigned shift = 0; shift < 64; shift++)
        for (int offset = -2; offset <= 2; offset++) {
            uint64_t ticks = (UINT64_C(1) << shift) + (uint64_t)(int64_t)offset;
            if (shift < 3)
                continue;
            uint64_t ns = tape_ns(tape, ticks);
            assert_true(ns >= before);
            before = ns;
        }
    assert_true(tape_ns(tape, UINT64_MAX) >= before);
}

static void ticks_between_pairs(void **state)
{
    (void)state;
    uint64_t second = 1000000000, tsc = 2000000000, t = UINT64_C(77) << 40, ns = 5 * second;
    record_session(&records, CT_CLOCK_TSC, t, ns);
    record_clock(&records, t + 2 * tsc, ns + 2 * second);
    record_clock(&records, t + 1 * tsc, ns + 1 * second);               /* not in order */
    record_clock(&records, t + 2 * tsc + 100, ns + 2 * second + 90);    /* too close */
    record_clock(&records, t + 3 * tsc, ns + 3 * second + second / 10); /* a clock that runs slower */
    record_clock(&records, t + 3 * tsc + 5, ns + 3 * second - 1000);    /* a step back */
    struct tape *tape = tape_of_records("pairs", CT_NONE, 0);
    assert_int_equal(tape_ns(tape, 0), 0);
    assert_int_equal(tape_ns(tape, t), 0);
    assert_int_equal(tape_ns(tape, t - 1), 0);
    assert_in_range(tape_ns(tape, t + 20), 9, 10);
    assert_in_range(tape_ns(tape, t + tsc / 2), second / 2 - 1, second / 2);
    assert_in_range(tape_ns(tape, t + 2 * tsc), 2 * second - 1, 2 * second);
    assert_in_range(tape_ns(tape, t + 2 * tsc + tsc / 2), 2 * second + second * 11 / 20 - 1,
                    2 * second + second * 11 / 20);
    assert_in_range(tape_ns(tape, t + 4 * tsc), 4 * second + second / 5 - 2, 4 * second + second / 5);
    size_t notes;
    tape_notes(tape, &notes);
    assert_int_equal(notes, 0);
    expect_monotone(tape);
    tape_close(tape);
}

static void only_one_pair(void **state)
{
    (void)state;
    record_session(&records, CT_CLOCK_TSC, 1000, 5000);
    struct tape *tape = tape_of_records("one", CT_NONE, 0);
    assert_int_equal(tape_ns(tape, 1500), 500);
    size_t count;
    const char *const *notes = tape_notes(tape, &count);
    assert_int_equal(count, 1);
    assert_non_null(strstr(notes[0], "clock ticks"));
    expect_monotone(tape);
    tape_close(tape);
}

static void two_pairs_of_a_short_recording(void **state)
{
    (void)state;
    record_session(&records, CT_CLOCK_TSC, 1000, 5000);
    record_clock(&records, 3000, 6000);
    struct tape *tape = tape_of_records("two", CT_NONE, 0);
    assert_in_range(tape_ns(tape, 2000), 499, 500);
    tape_close(tape);
}

static void pairs_that_cannot_be(void **state)
{
    (void)state;
    record_session(&records, CT_CLOCK_TSC, 8, 0);
    record_clock(&records, 9, UINT64_MAX);
    record_clock(&records, UINT64_MAX, 1);
    struct tape *tape = tape_of_records("steep", CT_NONE, 0);
    expect_monotone(tape);
    tape_close(tape);
    record_session(&records, CT_CLOCK_TSC, 8, 0);
    record_clock(&records, UINT64_MAX, 1);
    tape = tape_of_records("flat", CT_NONE, 0);
    expect_monotone(tape);
    tape_close(tape);
}

/* ---- sections --------------------------------------------------------------------------------------------------- */

/* Puts a section of an unknown type behind the header of the small tape, whose end is then not believed. */
static const char *with_section(uint32_t flags, uint64_t payload)
{
    size_t bytes;
    uint8_t *data = file_load(tape_small("sections"), &bytes);
    struct ct_section head = {.type = 77, .flags = flags, .bytes = sizeof payload};
    head.checksum = checksum(&payload, sizeof payload);
    head.head_checksum = checksum(&head, offsetof(struct ct_section, head_checksum));
    uint8_t *longer = malloc(bytes + sizeof head + sizeof payload), *at = longer;
    at = (uint8_t *)memcpy(at, data, sizeof(struct ct_tape)) + sizeof(struct ct_tape);
    at = (uint8_t *)memcpy(at, &head, sizeof head) + sizeof head;
    at = (uint8_t *)memcpy(at, &payload, sizeof payload) + sizeof payload;
    memcpy(at, data + sizeof(struct ct_tape), bytes - sizeof(struct ct_tape));
    file_store(test_path("sections"), longer, bytes + sizeof head + sizeof payload);
    free(data);
    free(longer);
    return test_path("sections");
}

static void unknown_sections(void **state)
{
    (void)state;
    struct error error = {""};
    struct tape *tape = tape_open(with_section(0, 1), &error);
    assert_non_null(tape);
    assert_int_equal(tape_totals(tape).events, 30);
    assert_int_equal(damage_count(tape), 1); /* the index does not fit any more */
    tape_close(tape);
    assert_null(tape_open(with_section(CT_SECTION_REQUIRED, 1), &error));
    assert_non_null(strstr(error.text, "type 77"));
}

static void chunks_written_twice(void **state)
{
    (void)state;
    struct error error = {""};
    struct writer *writer = writer_small("twice");
    for (uint32_t i = 0; i < 5; i++) {
        union test_chunk *chunk = chunk_new(0, 0, i / 2, 1000 + 10 * (i / 2));
        chunk_add(chunk, entry_at(1, 1001 + 10 * (i / 2)));
        write_chunk(writer, chunk);
    }
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    struct tape *tape = tape_open(test_path("twice"), &error);
    assert_non_null(tape);
    assert_int_equal(damage_count(tape), 0);
    assert_int_equal(tape_totals(tape).events, 3);
    tape_close(tape);
}

/* Cursors cost nothing to hold, and are told apart by when they go on. */
static void many_cursors(void **state)
{
    (void)state;
    enum { THREADS = 2000 };
    struct error error = {""};
    struct writer *writer = writer_small("cursors");
    for (uint32_t i = 0; i < THREADS; i++) {
        records.used = 0;
        record_thread(&records, i, 0);
        assert_int_equal(writer_records(writer, records.bytes, records.used, &error), 0);
        union test_chunk *chunk = chunk_new(0, i, 0, 1000000 - i);
        chunk_add(chunk, entry_at(1, 1000000 - i));
        write_chunk(writer, chunk);
    }
    records.used = 0;
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    struct tape *tape = tape_open(test_path("cursors"), &error);
    struct tape_cursor **cursors = calloc(THREADS, sizeof *cursors);
    for (uint32_t i = 0; i < THREADS; i++) {
        cursors[i] = tape_cursor_open(tape, i, &error);
        assert_int_equal(tape_cursor_next_ticks(cursors[i]), 1000000 - i);
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        struct tape_event event;
        assert_int_equal(tape_cursor_next(cursors[i], &event, &error), 1);
        assert_int_equal(event.ticks, 1000000 - i);
        assert_int_equal(tape_cursor_next_ticks(cursors[i]), UINT64_MAX);
        tape_cursor_close(cursors[i]);
    }
    free(cursors);
    tape_close(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_small_tape_tells),
        cmocka_unit_test(nothing_is_described),
        cmocka_unit_test(indices_that_cannot_be),
        cmocka_unit_test(records_that_repeat),
        cmocka_unit_test(code_of_no_file_is_not_merged),
        cmocka_unit_test(torn_and_short_records),
        cmocka_unit_test(ticks_between_pairs),
        cmocka_unit_test(only_one_pair),
        cmocka_unit_test(two_pairs_of_a_short_recording),
        cmocka_unit_test(pairs_that_cannot_be),
        cmocka_unit_test(unknown_sections),
        cmocka_unit_test(chunks_written_twice),
        cmocka_unit_test(many_cursors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
