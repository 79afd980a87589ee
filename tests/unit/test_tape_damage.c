/* A tape cut or changed anywhere: an error, or damage listed, or nothing that matters was hit. Never a crash, and never
 * another content without a word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tape/check.h"
#include "tape/recover.h"
#include "tape_support.h"

static uint8_t *whole;
static size_t whole_bytes;
static char *whole_text;

static int make_whole(void **state)
{
    (void)state;
    struct error error = {""};
    const char *path = tape_small("whole");
    struct tape *tape = tape_open(path, &error);
    if (!tape || damage_count(tape) != 0)
        return -1;
    whole = file_load(path, &whole_bytes);
    whole_text = tape_text(tape);
    tape_close(tape);
    return 0;
}

static int free_whole(void **state)
{
    (void)state;
    free(whole);
    free(whole_text);
    return 0;
}

/* Opens and reads all of a broken tape, by every way there is. */
static void expect_error_or_damage_or_same(const char *path, const char *how, size_t at)
{
    struct error error = {""};
    struct tape *tape = tape_open(path, &error);
    if (!tape) {
        assert_non_null(strstr(error.text, path));
        return;
    }
    char *text = tape_text(tape);
    if (damage_count(tape) == 0 && strcmp(text, whole_text) != 0)
        fail_msg("%s at %zu: other content, and no damage listed:\n%s", how, at, text);
    free(text);
    struct check_result result;
    assert_int_equal(check_tape(tape, &result, &error), 0);
    assert_int_equal(result.found != 0, damage_count(tape) != 0);
    tape_close(tape);
}

/* Repairs a broken tape: what comes out is whole, and holds no more than there was. */
static void expect_repairable(const char *path)
{
    struct error error = {""};
    struct recover_result result;
    const char *out = test_path("repaired");
    remove(out);
    if (recover(path, out, NULL, NULL, &result, &error) != 0)
        return;
    assert_true(result.events <= 24 + 6);
    struct tape *tape = tape_open(out, &error);
    assert_non_null(tape);
    assert_true(tape_session(tape)->finished);
    char *text = tape_text(tape);
    free(text);
    tape_close(tape);
}

static void cut_at_every_byte(void **state)
{
    (void)state;
    const char *path = test_path("cut");
    for (size_t bytes = 0; bytes < whole_bytes; bytes++) {
        file_store(path, whole, bytes);
        expect_error_or_damage_or_same(path, "cut", bytes);
        if (bytes % 7 == 0)
            expect_repairable(path);
    }
}

static void change_every_byte(void **state)
{
    (void)state;
    static const uint8_t changes[] = {0xff, 0x01, 0x80};
    const char *path = test_path("changed");
    for (size_t at = 0; at < whole_bytes; at++)
        for (size_t i = 0; i < sizeof changes; i++) {
            whole[at] ^= changes[i];
            file_store(path, whole, whole_bytes);
            expect_error_or_damage_or_same(path, "changed", at);
            if (at % 7 == 0)
                expect_repairable(path);
            whole[at] ^= changes[i];
        }
}

/* Every eight bytes replaced by others, checksums made right again by nobody: heads and index point anywhere. */
static void change_every_word(void **state)
{
    (void)state;
    static const uint64_t words[] = {0, UINT64_MAX, 1, UINT64_C(1) << 40};
    const char *path = test_path("words");
    for (size_t at = 0; at + 8 <= whole_bytes; at += 8)
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            uint64_t before;
            memcpy(&before, whole + at, 8);
            memcpy(whole + at, &words[i], 8);
            file_store(path, whole, whole_bytes);
            expect_error_or_damage_or_same(path, "word", at);
            memcpy(whole + at, &before, 8);
        }
}

static void bytes_after_the_end(void **state)
{
    (void)state;
    struct error error = {""};
    const char *path = test_path("longer");
    uint8_t *longer = calloc(1, whole_bytes + 100);
    memcpy(longer, whole, whole_bytes);
    file_store(path, longer, whole_bytes + 100);
    free(longer);
    struct tape *tape = tape_open(path, &error);
    assert_non_null(tape);
    char *text = tape_text(tape);
    assert_string_equal(text, whole_text);
    free(text);
    assert_int_equal(damage_count(tape), 2);
    assert_true(tape_session(tape)->finished);
    tape_close(tape);
}

/* Where a block's bytes are wrong, its thread has a gap at that place that counts what the index says. */
static void a_damaged_block_is_a_gap(void **state)
{
    (void)state;
    struct error error = {""};
    const char *path = test_path("gap");
    uint8_t *bytes = malloc(whole_bytes);
    memcpy(bytes, whole, whole_bytes);
    size_t block = sizeof(struct ct_tape); /* the first section is thread 0's first block */
    struct ct_section head;
    memcpy(&head, bytes + block, sizeof head);
    assert_int_equal(head.type, CT_SECTION_BLOCK);
    bytes[block + sizeof head + sizeof(struct ct_block) + 100] ^= 1;
    file_store(path, bytes, whole_bytes);
    free(bytes);

    struct tape *tape = tape_open(path, &error);
    assert_non_null(tape);
    assert_int_equal(damage_count(tape), 0); /* blocks are looked at when they are read */
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    struct tape_event event;
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
    assert_int_equal(event.kind, TAPE_GAP);
    assert_int_equal(event.n, 5);
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
    assert_int_equal(event.kind, TAPE_ENTRY);
    assert_int_equal(event.ticks, 102010);
    tape_cursor_close(cursor);
    assert_int_equal(damage_count(tape), 1);
    char *again = tape_text(tape);
    free(again);
    assert_int_equal(damage_count(tape), 1); /* once, however often it is met */
    size_t count;
    assert_int_equal(tape_damages(tape, &count)[0].offset, block);
    tape_close(tape);
}

static void files_that_are_no_tapes(void **state)
{
    (void)state;
    struct error error = {""};
    assert_null(tape_open(test_path("absent"), &error));
    assert_non_null(strstr(error.text, "No such file"));
    assert_null(tape_open("/tmp", &error));
    assert_null(tape_open("/dev/null", &error));
    file_store(test_path("empty"), "", 0);
    assert_null(tape_open(test_path("empty"), &error));
    file_store(test_path("text"), "a text that is long enough to hold the header of a tape, but is none", 68);
    assert_null(tape_open(test_path("text"), &error));
    assert_non_null(strstr(error.text, "not a calltape file"));
}

/* The fields that a reader must refuse by name. */
static void headers_that_are_refused(void **state)
{
    (void)state;
    struct error error = {""};
    const char *path = test_path("header");
    uint8_t version = whole[8], order = whole[12];
    whole[8] = 99;
    file_store(path, whole, whole_bytes);
    assert_null(tape_open(path, &error));
    assert_non_null(strstr(error.text, "version 99"));
    whole[8] = version;
    whole[12] = 1;
    file_store(path, whole, whole_bytes);
    assert_null(tape_open(path, &error));
    assert_non_null(strstr(error.text, "byte order"));
    whole[12] = order;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_at_every_byte),        cmocka_unit_test(change_every_byte),
        cmocka_unit_test(change_every_word),        cmocka_unit_test(bytes_after_the_end),
        cmocka_unit_test(a_damaged_block_is_a_gap), cmocka_unit_test(files_that_are_no_tapes),
        cmocka_unit_test(headers_that_are_refused),
    };
    return cmocka_run_group_tests(tests, make_whole, free_whole);
}
