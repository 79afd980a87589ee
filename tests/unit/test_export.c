/* Encoders: digits, Protocol Buffers, the agreement of sums, a sorter that does not fit into memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/samples.h"
#include "base/digits.h"
#include "base/output.h"
#include "export/protobuf.h"
#include "import/sorter.h"

static void digits_are(uint64_t n, const char *wanted, const char *wanted_us)
{
    char text[DIGITS_MOST + 5];
    *digits_put(text, n) = '\0';
    assert_string_equal(text, wanted);
    *digits_put_us(text, n) = '\0';
    assert_string_equal(text, wanted_us);
}

static void numbers_are_digits(void **state)
{
    (void)state;
    digits_are(0, "0", "0.000");
    digits_are(7, "7", "0.007");
    digits_are(1000, "1000", "1.000");
    digits_are(1234567, "1234567", "1234.567");
    digits_are(UINT64_MAX, "18446744073709551615", "18446744073709551.615");
}

static void bytes_are(const uint8_t *bytes, const uint8_t *end, const char *wanted, size_t count)
{
    assert_int_equal(end - bytes, count);
    assert_memory_equal(bytes, wanted, count);
}

/* The examples of protobuf.dev/programming-guides/encoding. */
static void messages_are_as_documented(void **state)
{
    uint8_t bytes[64];
    (void)state;
    bytes_are(bytes, protobuf_number(bytes, 1, 150), "\x08\x96\x01", 3);
    bytes_are(bytes, protobuf_text(bytes, 2, "testing"), "\x12\x07testing", 9);
    bytes_are(bytes, protobuf_varint(bytes, UINT64_MAX), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
    bytes_are(bytes, protobuf_double(bytes, 5, 1.0), "\x29\0\0\0\0\0\0\xf0\x3f", 9);
    bytes_are(bytes, protobuf_number(bytes, 60, 1), "\xe0\x03\x01", 3);
}

static void messages_nest(void **state)
{
    uint8_t bytes[64] = {0}, *first = bytes + 1 + PROTOBUF_GAP;
    (void)state;
    bytes[0] = 0xaa;
    uint8_t *end = protobuf_close(first, protobuf_number(first, 1, 150), 3);
    bytes_are(bytes, end, "\xaa\x1a\x03\x08\x96\x01", 6);
    end = protobuf_number(first, 1, 150);
    bytes_are(protobuf_wrap(first, end, 3), end, "\x1a\x03\x08\x96\x01", 5);
}

static void long_messages_have_long_lengths(void **state)
{
    static uint8_t bytes[400];
    uint8_t *first = bytes + PROTOBUF_GAP, *end = first + 300;
    (void)state;
    memset(first, 'x', 300);
    bytes_are(bytes, protobuf_close(first, end, 1) - 300, "\x0a\xac\x02", 3);
    assert_int_equal(bytes[3], 'x');
    assert_int_equal(bytes[302], 'x');
}

static void memory_keeps_what_is_written(void **state)
{
    struct error error;
    struct output *output = output_memory(&error);
    size_t count;
    (void)state;
    assert_non_null(output);
    for (int i = 0; i < 30000; i++)
        output_text(output, "0123456789");
    char *all = output_taken(output, &count);
    assert_int_equal(count, 300000);
    assert_int_equal(strlen(all), 300000);
    assert_string_equal(all + 299990, "0123456789");
    free(all);
    output_text(output, "again");
    all = output_taken(output, &count);
    assert_string_equal(all, "again");
    free(all);
    assert_int_equal(output_close(output, &error), 0);
}

/* Two paths of one function, as rounding and correcting leave them, and what the profile says; of another function all
 * paths are said to have cost more than they took. */
static void paths_are_brought_to_agree(void **state)
{
    struct sample of[6] = {{.function = CT_NONE},
                           {.function = 1, .ns = 50, .calls = 1},
                           {.function = 2, .ns = 3, .calls = 1},
                           {.function = 1, .ns = 70, .calls = 1},
                           {.function = 3, .calls = 3},
                           {.function = 3, .calls = 1}};
    struct profile_row rows[3] = {{.function = 1, .self = {.ns = 100}, .calls = 2},
                                  {.function = 2, .self = {.ns = 0}, .calls = 1},
                                  {.function = 3, .self = {.ns = 8}, .calls = 4}};
    struct samples samples = {.of = of, .count = 6, .roots = 1};
    struct profile profile = {.rows = rows, .count = 3};
    (void)state;
    assert_int_equal(samples_agree(&samples, &profile), 0);
    assert_int_equal(of[1].ns, 41);
    assert_int_equal(of[2].ns, 0);
    assert_int_equal(of[3].ns, 59);
    assert_int_equal(of[4].ns, 6);
    assert_int_equal(of[5].ns, 2);
}

/* More than two runs of events, their times all over the place. */
static void more_than_fits_is_sorted(void **state)
{
    enum { EVENTS = 2500000 };
    struct error error;
    struct sorter *sorter = sorter_create(&error);
    struct sorted event, before = {0};
    uint64_t random = 1, sum = 0, count = 0;
    (void)state;
    assert_non_null(sorter);
    for (uint64_t i = 0; i < EVENTS; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        event = (struct sorted){.ns = random >> 50, .number = i, .thread = (uint32_t)(random >> 40 & 3)};
        sum += event.ns;
        assert_int_equal(sorter_add(sorter, &event, &error), 0);
    }
    assert_int_equal(sorter_sort(sorter, &error), 0);
    for (int more; (more = sorter_next(sorter, &event, &error)) != 0; before = event, count++) {
        assert_int_equal(more, 1);
        sum -= event.ns;
        bool behind = event.thread > before.thread ||
                      (event.thread == before.thread &&
                       (event.ns > before.ns || (event.ns == before.ns && event.number > before.number)));
        assert_true(count == 0 || behind);
    }
    assert_int_equal(count, EVENTS);
    assert_int_equal(sum, 0);
    sorter_destroy(sorter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_digits),
        cmocka_unit_test(messages_are_as_documented),
        cmocka_unit_test(messages_nest),
        cmocka_unit_test(long_messages_have_long_lengths),
        cmocka_unit_test(memory_keeps_what_is_written),
        cmocka_unit_test(paths_are_brought_to_agree),
        cmocka_unit_test(more_than_fits_is_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
