/* Recordings that never ended: arenas alone, arenas beside an unfinished tape, chunks that were being written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tape/check.h"
#include "tape/recover.h"
#include "tape/state.h"
#include "tape_support.h"

static struct test_records *new_records(void)
{
    static struct test_records records;
    records.used = 0;
    return &records;
}

/* What the processes of the small tape tell of themselves: everything but what a recorder adds. */
static struct test_records *runtime_records(void)
{
    struct test_records *records = new_records();
    record_process(records, 0, CT_NONE, 999999999);
    for (uint32_t i = 0; i < 3; i++)
        record_thread(records, i, 0);
    record_module(records, 0, 0, 0x400000, "/bin/program");
    for (uint32_t i = 1; i < 10; i++)
        record_function(records, i, 0, 0x400000 + 16 * i);
    return records;
}

/* `count` calls of function `first` and so on, from time `t`. */
static union test_chunk *calls_chunk(uint32_t thread, uint32_t sequence, uint32_t count, uint64_t t)
{
    union test_chunk *chunk = chunk_new(0, thread, sequence, t);
    for (uint32_t i = 0; i < count; i++) {
        chunk_add(chunk, entry_at(1 + i % 9, t + 2 * i));
        chunk_add(chunk, exit_at(t + 2 * i + 1));
    }
    return chunk;
}

static struct tape *open_whole(const char *path)
{
    struct error error = {""};
    struct tape *tape = tape_open(path, &error);
    if (!tape)
        fail_msg("%s", error.text);
    char *damages = damage_text(tape);
    assert_string_equal(damages, "");
    free(damages);
    return tape;
}

static bool has_note(struct tape *tape, const char *part)
{
    size_t count;
    const char *const *notes = tape_notes(tape, &count);
    for (size_t i = 0; i < count; i++)
        if (strstr(notes[i], part))
            return true;
    return false;
}

/* Events of a thread; fails unless they are calls one after the other, each begun later than the one before. */
static uint64_t count_calls(struct tape *tape, uint32_t thread)
{
    struct error error = {""};
    struct tape_cursor *cursor = tape_cursor_open(tape, thread, &error);
    assert_non_null(cursor);
    struct tape_event event;
    uint64_t count = 0, before = 0;
    while (tape_cursor_next(cursor, &event, &error) == 1) {
        assert_int_equal(event.kind, count++ % 2 ? TAPE_EXIT : TAPE_ENTRY);
        assert_true(event.ticks > before);
        before = event.ticks;
    }
    tape_cursor_close(cursor);
    return count;
}

static void an_arena_alone(void **state)
{
    (void)state;
    struct test_arena *arena = arena_new("alone", CT_CLOCK_MONOTONIC, 0);
    arena_head(arena)->lost_events = 7;
    union test_chunk *sealed = calls_chunk(0, 0, 100, 2000);
    chunk_seal(sealed);
    arena_put(arena, calls_chunk(0, 1, 50, 5000), CT_CHUNK_EVENTS); /* not in order, not sealed */
    arena_put(arena, sealed, CT_CHUNK_SEALED_EVENTS);
    arena_put_records(arena, 0, 0, runtime_records(), CT_CHUNK_META);
    arena_put(arena, calls_chunk(1, 0, 3, 2500), CT_CHUNK_EVENTS);
    union test_chunk *nobodys = calls_chunk(2, 0, 3, 2500); /* its taker died before it told whose it is */
    nobodys->head.sequence_plus_1 = 0;
    arena_put(arena, nobodys, CT_CHUNK_EVENTS);
    arena_put(arena, calls_chunk(2, 0, 3, 2500), CT_CHUNK_FREE);
    arena_store(arena);

    struct tape *tape = open_whole(test_path("alone"));
    assert_int_equal(count_calls(tape, 0), 300);
    assert_int_equal(count_calls(tape, 1), 6);
    assert_int_equal(count_calls(tape, 2), 0);
    assert_int_equal(tape_totals(tape).events, 306);
    assert_int_equal(tape_totals(tape).entries, 153);
    assert_int_equal(tape_totals(tape).lost_events, 7);
    const struct tape_session *session = tape_session(tape);
    assert_false(session->finished);
    assert_int_equal(session->start_ticks, 1000);
    assert_int_equal(session->clock, CT_CLOCK_MONOTONIC);
    assert_int_equal(session->end_ticks, 5099);
    assert_true(has_note(tape, "without a recorder"));
    uint32_t count;
    assert_string_equal(tape_processes(tape, &count)[0].executable, "/bin/program");
    assert_string_equal(tape_path(tape), test_path("alone"));
    tape_close(tape);
}

static void holes_and_torn_words(void **state)
{
    (void)state;
    struct test_arena *arena = arena_new("holes", CT_CLOCK_MONOTONIC, 0);
    union test_chunk *chunk = chunk_new(0, 0, 0, 2000);
    chunk_add(chunk, entry_at(1, 2001));
    chunk_hole(chunk); /* a hook that was interrupted between taking its word and writing it, and then killed */
    chunk_add(chunk, entry_at(2, 2002));
    chunk_hole(chunk);
    chunk_hole(chunk);
    chunk_add(chunk, exit_at(2003));
    arena_put(arena, chunk, CT_CHUNK_EVENTS);

    /* A process died while it wrote its third record: its head is zero, its body is not. */
    struct test_records *records = runtime_records();
    struct ct_function body = {.head = {0, 0}, .function = CT_RECORD_THREAD_NAME, .module = 16, .address = 1};
    memcpy(records->bytes + records->used, &body, offsetof(struct ct_function, answer));
    records->used += offsetof(struct ct_function, answer);
    record_function(records, 10, 0, 0x400999);
    arena_put_records(arena, 0, 0, records, CT_CHUNK_META);
    arena_store(arena);

    struct tape *tape = open_whole(test_path("holes"));
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    assert_int_equal(count, 11);
    assert_int_equal(functions[10].address, 0x400999);
    assert_int_equal(tape_totals(tape).events, 3);
    assert_true(has_note(tape, "could not be read"));
    tape_close(tape);
}

/* A recorder was killed: part of the chunks are packed, some of these were not freed yet. */
static void store_unfinished(const char *name, bool torn)
{
    char file[64];
    struct error error = {""};
    snprintf(file, sizeof file, "%s.part", name);
    struct writer *writer = writer_small(file);
    assert_int_equal(writer_flush_meta(writer, &error), 0);
    for (uint32_t i = 0; i < 3; i++)
        write_chunk(writer, calls_chunk(0, i, 100, 10000 * (i + 1)));
    if (torn)
        write_chunk(writer, calls_chunk(1, 0, 100, 10000));
    uint64_t bytes = writer_totals(writer).bytes;
    writer_abort(writer);
    if (torn)
        assert_int_equal(truncate(test_path(file), (off_t)bytes - 9), 0);

    snprintf(file, sizeof file, "%s.arena", name);
    struct test_arena *arena = arena_new(file, CT_CLOCK_TSC, 999999999);
    arena_head(arena)->lost_events = 5;
    arena_put(arena, calls_chunk(0, 1, 100, 20000), CT_CHUNK_SEALED_EVENTS);
    arena_put(arena, calls_chunk(0, 2, 100, 30000), CT_CHUNK_SEALED_EVENTS);
    arena_put(arena, calls_chunk(0, 3, 100, 40000), CT_CHUNK_SEALED_EVENTS);
    arena_put(arena, calls_chunk(0, 4, 10, 50000), CT_CHUNK_EVENTS);
    arena_put(arena, calls_chunk(1, 0, 100, 10000), CT_CHUNK_SEALED_EVENTS);
    struct test_records *records = new_records();
    record_process(records, 0, CT_NONE, 999999999);
    record_thread(records, 0, 0);
    record_note(records, "a note of the runtime");
    arena_put_records(arena, 0, 0, records, CT_CHUNK_SEALED_META);
    records->used = 0;
    record_note(records, "a note of the runtime"); /* as if it had been packed too */
    arena_put_records(arena, 0, 1, records, CT_CHUNK_META);
    arena_store(arena);
}

static void expect_unfinished(struct tape *tape)
{
    assert_int_equal(count_calls(tape, 0), 820);
    assert_int_equal(count_calls(tape, 1), 200);
    assert_int_equal(tape_totals(tape).events, 1020);
    assert_int_equal(tape_totals(tape).lost_events, 5);
    assert_string_equal(tape_session(tape)->host, "host");
    assert_true(has_note(tape, "The recorder ended before"));
    assert_false(has_note(tape, "damaged"));
    size_t count;
    tape_notes(tape, &count);
    assert_int_equal(count, 2);
}

static void a_killed_recorder(void **state)
{
    (void)state;
    store_unfinished("killed", false);
    struct tape *tape = open_whole(test_path("killed"));
    expect_unfinished(tape);
    assert_false(tape_session(tape)->finished);
    tape_close(tape);
}

static void a_recorder_killed_while_it_wrote(void **state)
{
    (void)state;
    store_unfinished("torn", true);
    size_t part_bytes, arena_bytes, bytes;
    uint8_t *part = file_load(test_path("torn.part"), &part_bytes);
    uint8_t *arena = file_load(test_path("torn.arena"), &arena_bytes);

    struct error error = {""};
    struct recover_result result;
    if (recover(test_path("torn"), test_path("mended"), NULL, NULL, &result, &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(result.events, 1020);
    assert_int_equal(result.entries, 510);
    assert_int_equal(result.lost_events, 5);
    assert_int_equal(result.damaged_sections, 0);
    assert_false(result.still_recording);
    struct tape *tape = open_whole(test_path("mended"));
    expect_unfinished(tape);
    assert_true(tape_session(tape)->finished);
    tape_close(tape);

    uint8_t *after = file_load(test_path("torn.part"), &bytes);
    assert_true(bytes == part_bytes && memcmp(part, after, bytes) == 0);
    free(after);
    after = file_load(test_path("torn.arena"), &bytes);
    assert_true(bytes == arena_bytes && memcmp(arena, after, bytes) == 0);
    free(after);
    free(part);
    free(arena);

    /* nothing is ever written over */
    assert_int_equal(recover(test_path("torn"), test_path("mended"), NULL, NULL, &result, &error), -1);
    assert_non_null(strstr(error.text, "File exists"));
}

static void the_unfinished_tape_itself(void **state)
{
    (void)state;
    store_unfinished("part", false);
    struct error error = {""};
    struct tape *tape = tape_open(test_path("part.part"), &error);
    assert_non_null(tape);
    char *damages = damage_text(tape);
    assert_non_null(strstr(damages, "not finished"));
    free(damages);
    assert_int_equal(damage_count(tape), 1);
    assert_int_equal(count_calls(tape, 0), 600);
    tape_close(tape);
}

static void an_arena_of_another_recording(void **state)
{
    (void)state;
    store_unfinished("other", false);
    struct test_arena *arena = arena_new("other.arena", CT_CLOCK_TSC, 999999999);
    arena_head(arena)->session[0]++;
    arena_put(arena, calls_chunk(0, 3, 100, 40000), CT_CHUNK_SEALED_EVENTS);
    arena_store(arena);
    struct tape *tape = open_whole(test_path("other"));
    assert_int_equal(count_calls(tape, 0), 600);
    tape_close(tape);
}

/* A finished tape is what its name says, whatever is recorded to that name later; but the user is told. */
static void an_earlier_tape(void **state)
{
    (void)state;
    store_unfinished("earlier", false);
    struct tape *tape = open_whole(tape_small("earlier"));
    assert_int_equal(tape_totals(tape).events, 30);
    assert_true(has_note(tape, "earlier.part"));
    tape_close(tape);
}

static int name_one(struct writer *writer, struct tape *without_names, void *context)
{
    uint32_t count;
    const uint64_t *seen = writer_functions_seen(writer, &count);
    *(uint64_t *)context = seen[0];
    assert_null(tape_functions(without_names, &count)[2].name);
    assert_string_equal(tape_functions(without_names, &count)[1].name, "main");
    const char *const strings[] = {"helper", "helper.c"};
    struct ct_symbol symbol = {.function = 2, .line = 12};
    struct error error;
    return writer_record(writer, CT_RECORD_SYMBOL, &symbol, sizeof symbol, strings, 2, &error);
}

static void names_are_asked_for(void **state)
{
    (void)state;
    store_unfinished("unnamed", false);
    struct error error = {""};
    struct recover_result result;
    uint64_t seen;
    assert_int_equal(recover(test_path("unnamed"), test_path("named"), name_one, &seen, &result, &error), 0);
    assert_int_equal(seen, 0x3fe);
    struct tape *tape = open_whole(test_path("named"));
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    assert_string_equal(functions[2].name, "helper");
    assert_int_equal(tape_set_symbol(tape, 3, "third", NULL, NULL, 7, &error), 0);
    assert_string_equal(functions[3].name, "third");
    assert_null(functions[3].file);
    assert_int_equal(tape_set_symbol(tape, 0, "unknown", NULL, NULL, 7, &error), -1);
    assert_int_equal(tape_set_symbol(tape, count, "beyond", NULL, NULL, 7, &error), -1);
    tape_close(tape);
}

static void a_damaged_tape(void **state)
{
    (void)state;
    struct error error = {""};
    const char *path = tape_small("damaged");
    size_t bytes;
    uint8_t *data = file_load(path, &bytes);
    data[sizeof(struct ct_tape) + sizeof(struct ct_section) + sizeof(struct ct_block) + 80] ^= 1;
    file_store(path, data, bytes);
    free(data);
    struct recover_result result;
    assert_int_equal(recover(path, test_path("undamaged"), NULL, NULL, &result, &error), 0);
    assert_int_equal(result.damaged_sections, 1);
    assert_int_equal(result.events, 25);
    struct tape *tape = open_whole(test_path("undamaged"));
    assert_true(has_note(tape, "1 damaged part was left out"));
    assert_true(has_note(tape, "thread 0: chunks 0 to 0 are missing"));
    tape_close(tape);
}

/* What is lost is the loss of the tape that tells of it, and no damage of that one. */
static void damaged_descriptions(void **state)
{
    (void)state;
    struct error error = {""};
    const char *path = tape_small("undescribed");
    struct tape *whole = open_whole(path);
    struct check_result checked;
    uint64_t events = tape_totals(whole).events;
    size_t bytes, hit = 0;
    uint8_t *data = file_load(path, &bytes);
    for (size_t i = 0; i < whole->sections.count; i++)
        if (whole->sections.at[i].type == CT_SECTION_META) {
            data[whole->sections.at[i].offset + sizeof(struct ct_section) + 20] ^= 1;
            hit++;
        }
    tape_close(whole);
    file_store(path, data, bytes);
    free(data);
    struct recover_result result;
    assert_int_equal(recover(path, test_path("described"), NULL, NULL, &result, &error), 0);
    assert_int_equal(result.damaged_sections, hit);
    struct tape *tape = open_whole(test_path("described"));
    assert_int_equal(check_tape(tape, &checked, &error), 0);
    assert_int_equal(checked.found, 0);
    assert_int_equal(checked.events, events);
    assert_true(has_note(tape, "nothing describes thread 0"));
    assert_true(has_note(tape, "more things are missing likewise"));
    assert_true(has_note(tape, "does not tell the rate of its clock"));
    tape_close(tape);
}

static void arenas_that_cannot_be(void **state)
{
    (void)state;
    struct error error = {""};
    struct test_arena *arena = arena_new("short", CT_CLOCK_TSC, 0);
    arena_head(arena)->chunk_count = 62;
    arena_store(arena);
    assert_null(tape_open(test_path("short"), &error));
    assert_non_null(strstr(error.text, "byte 16"));
    arena = arena_new("first", CT_CLOCK_TSC, 0);
    arena_head(arena)->first_chunk = 0;
    arena_store(arena);
    assert_null(tape_open(test_path("first"), &error));
    assert_non_null(strstr(error.text, "byte 20"));
    struct recover_result result;
    assert_int_equal(recover(test_path("nothing"), test_path("out"), NULL, NULL, &result, &error), -1);
    assert_int_not_equal(access(test_path("out"), F_OK), 0);
}

/* Any byte of what an arena says of itself, changed: never a crash. */
static void change_an_arena(void **state)
{
    (void)state;
    store_unfinished("base", false);
    size_t bytes;
    struct error error = {""};
    uint8_t *arena = file_load(test_path("base.arena"), &bytes);
    for (size_t at = 0; at < 2 * CT_CHUNK_BYTES; at += at < 300 ? 1 : 257) {
        size_t where = at < 300 ? at : at < 1000 ? CT_ARENA_STATES_OFFSET + at % 64 : CT_CHUNK_BYTES * 6 + at % 2048;
        arena[where] ^= 0xff;
        file_store(test_path("changed"), arena, bytes);
        struct tape *tape = tape_open(test_path("changed"), &error);
        if (tape)
            free(tape_text(tape));
        tape_close(tape);
        arena[where] ^= 0xff;
    }
    free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_alone),
        cmocka_unit_test(holes_and_torn_words),
        cmocka_unit_test(a_killed_recorder),
        cmocka_unit_test(a_recorder_killed_while_it_wrote),
        cmocka_unit_test(the_unfinished_tape_itself),
        cmocka_unit_test(an_arena_of_another_recording),
        cmocka_unit_test(an_earlier_tape),
        cmocka_unit_test(names_are_asked_for),
        cmocka_unit_test(a_damaged_tape),
        cmocka_unit_test(damaged_descriptions),
        cmocka_unit_test(arenas_that_cannot_be),
        cmocka_unit_test(change_an_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
