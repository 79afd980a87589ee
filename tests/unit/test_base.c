/* Text, nearest words and options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/nearest.h"
#include "base/options.h"
#include "base/text.h"

static void escaped_is(const char *from, bool utf8, const char *wanted)
{
    char *text = text_escaped(from, utf8);
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static void nothing_dangerous_comes_out_raw(void **state)
{
    (void)state;
    escaped_is("plain größe", true, "plain größe");
    escaped_is("größe", false, "gr\\u00f6\\u00dfe");
    escaped_is("a\x1b[31mb\n\t\x7f", true, "a\\x1b[31mb\\n\\t\\x7f");
    escaped_is("c1 \xc2\x9b csi", true, "c1 \\u009b csi");
    escaped_is("\xe2\x80\xae gnp", true, "\\u202e gnp");
    escaped_is("\xff\xc3", true, "\\xff\\xc3");
    escaped_is("\xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80", true, "\\xc0\\x80 \\xed\\xa0\\x80 \\xf4\\x90\\x80\\x80");
    escaped_is("\xf0\x9f\x98\x80", false, "\\U0001f600");
}

static void every_byte_is_printable_or_escaped(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        char from[] = {'x', (char)byte, 'y', '\0'}, to[32];
        size_t length = text_escape(to, sizeof to, from, true);
        assert_int_equal(length, strlen(to));
        for (size_t i = 0; i < length; i++)
            assert_true(to[i] >= 0x20 && to[i] < 0x7f);
    }
}

static void escapes_are_never_cut(void **state)
{
    char to[6];
    (void)state;
    assert_int_equal(text_escape(to, sizeof to, "abc\x1bxy", true), 9);
    assert_string_equal(to, "abc");
    assert_int_equal(text_escape(NULL, 0, "abc", true), 3);
}

static void what_is_no_utf8_is_replaced(void **state)
{
    char to[16];
    (void)state;
    assert_int_equal(text_valid(to, sizeof to, "\xc3\xa9\n\xff\xc3"), 9);
    assert_string_equal(to, "\xc3\xa9\n\xef\xbf\xbd\xef\xbf\xbd");
    assert_int_equal(text_valid(to, 4, "ab\xc3\xa9z"), 2);
    assert_string_equal(to, "ab");
    assert_int_equal(text_valid(to, 1, "\xff"), 0);
}

static void widths_are_those_of_terminals(void **state)
{
    (void)state;
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("µs"), 2);
    assert_int_equal(text_width("漢字"), 4);
    assert_int_equal(text_width("e\xcc\x81"), 1);
    assert_int_equal(text_fit("漢字", 3), 3);
    assert_int_equal(text_fit("abc", 2), 2);
    assert_int_equal(text_fit("abc", 9), 3);
    assert_string_equal(text_fit_end("a漢字", 3), "字");
    assert_string_equal(text_fit_end("abc", 2), "bc");
    assert_string_equal(text_fit_end("abc", 9), "abc");
    assert_string_equal(text_fit_end("abc", 0), "");
}

static void duration_is(uint64_t ns, const char *wanted)
{
    char text[TEXT_NUMBER];
    assert_string_equal(text_duration(text, ns, true), wanted);
}

static void durations_have_three_digits(void **state)
{
    char text[TEXT_NUMBER];
    (void)state;
    duration_is(0, "0 ns");
    duration_is(999, "999 ns");
    duration_is(1000, "1.00 µs");
    duration_is(1234, "1.23 µs");
    duration_is(12345, "12.3 µs");
    duration_is(99949, "99.9 µs");
    duration_is(99950, "100 µs");
    duration_is(999499, "999 µs");
    duration_is(999500, "1.00 ms");
    duration_is(123456789, "123 ms");
    duration_is(59999000000, "60.0 s");
    duration_is(999000000000, "999 s");
    duration_is(1000000000000, "16.7 min");
    duration_is(UINT64_C(36000000000000), "10.0 h");
    duration_is(UINT64_MAX, "5124096 h");
    assert_string_equal(text_duration(text, 1500, false), "1.50 us");
}

static void reads_as(const char *text, bool valid, uint64_t wanted, const char *rest)
{
    uint64_t ns = 0;
    assert_int_equal(text_read_duration(&text, &ns), valid);
    if (!valid)
        return;
    assert_int_equal(ns, wanted);
    assert_string_equal(text, rest);
}

static void durations_are_read(void **state)
{
    (void)state;
    reads_as("2.5s..3s", true, 2500000000, "..3s");
    reads_as("10us", true, 10000, "");
    reads_as("10µs", true, 10000, "");
    reads_as("1.5ms", true, 1500000, "");
    reads_as("2min", true, 120000000000, "");
    reads_as("1h", true, 3600000000000, "");
    reads_as("7ns ", true, 7, " ");
    reads_as("0", true, 0, "");
    reads_as("0..5s", true, 0, "..5s");
    reads_as("5", false, 0, NULL);
    reads_as("5..6s", false, 0, NULL);
    reads_as("", false, 0, NULL);
    reads_as("-1s", false, 0, NULL);
    reads_as("1.2.3s", false, 0, NULL);
    reads_as(".s", false, 0, NULL);
    reads_as("9999999999999h", false, 0, NULL);
    reads_as("1parsec", false, 0, NULL);
    reads_as("11111111111111111111111111111111111111111111111111111111111111111111111111s", false, 0, NULL);
}

static void counts_and_bytes(void **state)
{
    char text[TEXT_NUMBER];
    (void)state;
    assert_string_equal(text_count(text, 0), "0");
    assert_string_equal(text_count(text, 999), "999");
    assert_string_equal(text_count(text, 1000), "1,000");
    assert_string_equal(text_count(text, UINT64_MAX), "18,446,744,073,709,551,615");
    assert_string_equal(text_bytes(text, 999), "999 B");
    assert_string_equal(text_bytes(text, 1234567), "1.23 MB");
}

static void the_nearest_word(void **state)
{
    static const char *const words[] = {"record", "report", "tree", "replay", "info"};
    (void)state;
    assert_string_equal(nearest_word("reprot", words, 5), "report");
    assert_string_equal(nearest_word("recrod", words, 5), "record");
    assert_string_equal(nearest_word("tre", words, 5), "tree");
    assert_string_equal(nearest_word("repl", words, 5), "replay");
    assert_null(nearest_word("banana", words, 5));
    assert_null(nearest_word("", words, 5));
    assert_null(nearest_word("a word that is much too long to be any of those that there are", words, 5));
}

/* ---- options ---------------------------------------------------------------------------------------------------- */

struct values {
    bool quiet, verbose;
    const char *output;
    int sort;
    uint64_t limit;
    double percent;
    struct option_list names;
};

static const char *const sorts[] = {"self", "total", "calls", NULL};
static char joined[256]; /* the operands */

/* Parses `line`, split at spaces. */
static int parse(const char *line, struct values *values, bool stop, struct error *error)
{
    const struct option table[] = {
        {"quiet", 'q', OPTION_FLAG, &values->quiet, NULL, NULL, "say less"},
        {"verbose", 'v', OPTION_FLAG, &values->verbose, NULL, NULL, "say more"},
        {"output", 'o', OPTION_STRING, &values->output, "FILE", NULL, "where to"},
        {"sort", 's', OPTION_CHOICE, &values->sort, "", sorts, "by what"},
        {"limit", 'l', OPTION_COUNT, &values->limit, "N", NULL, "how many"},
        {"percent", 0, OPTION_REAL, &values->percent, "P", NULL, "how much"},
        {"name", 'n', OPTION_LIST, &values->names, "NAME", NULL, "which"},
    };
    const struct options options = {table, sizeof table / sizeof *table, stop};
    static char copy[256];
    char *argv[32] = {copy};
    int argc = 0;
    snprintf(copy, sizeof copy, "verb %s", line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    *values = (struct values){0};
    int status = options_parse(&options, &argc, argv, error);
    joined[0] = '\0';
    for (int i = 1; status == 0 && i < argc; i++) {
        strcat(joined, argv[i]);
        strcat(joined, " ");
    }
    return status;
}

static void options_are_understood_in_all_forms(void **state)
{
    struct values values;
    struct error error;
    (void)state;
    assert_int_equal(parse("a --sort=total --limit 5k -qv b -ox.tape --percent 0.5", &values, false, &error), 0);
    assert_string_equal(joined, "a b ");
    assert_int_equal(values.sort, 1);
    assert_int_equal(values.limit, 5000);
    assert_true(values.quiet && values.verbose);
    assert_string_equal(values.output, "x.tape");
    assert_true(values.percent == 0.5);
    assert_int_equal(parse("--out y -s calls -- --quiet -x", &values, false, &error), 0);
    assert_string_equal(values.output, "y");
    assert_int_equal(values.sort, 2);
    assert_string_equal(joined, "--quiet -x ");
    assert_false(values.quiet);
    assert_int_equal(parse("-o x ./prog --sort -z", &values, true, &error), 0);
    assert_string_equal(joined, "./prog --sort -z ");
    assert_int_equal(parse("-n one a --name=two -nthree", &values, false, &error), 0);
    assert_int_equal(values.names.count, 3);
    assert_string_equal(values.names.items[0], "one");
    assert_string_equal(values.names.items[2], "three");
    assert_int_equal(parse("-", &values, false, &error), 0);
    assert_string_equal(joined, "- ");
}

static void wrong_is(const char *line, const char *wanted)
{
    struct values values;
    struct error error;
    assert_int_equal(parse(line, &values, false, &error), -1);
    assert_string_equal(error.text, wanted);
}

static void wrong_options_are_told(void **state)
{
    (void)state;
    wrong_is("--sotr x", "unknown option '--sotr'; did you mean '--sort'?");
    wrong_is("--banana", "unknown option '--banana'");
    wrong_is("-z", "unknown option '-z'");
    wrong_is("-q\x1b", "unknown option '-\\x1b'");
    wrong_is("--sort", "option --sort needs a value");
    wrong_is("-qs", "option --sort needs a value");
    wrong_is("--quiet=yes", "option --quiet takes no value");
    wrong_is("--sort totl", "option --sort: unknown value 'totl'; did you mean 'total'? (one of: self, total, calls)");
    wrong_is("--sort banana", "option --sort: unknown value 'banana' (one of: self, total, calls)");
    wrong_is("--limit -3", "option --limit: '-3' is not a whole number; write, for example, 20, or 10k for 10,000");
    wrong_is("--limit 3x", "option --limit: '3x' is not a whole number; write, for example, 20, or 10k for 10,000");
    wrong_is("--limit 99999999999999999999", "option --limit: '99999999999999999999' is not a number below 2^64");
    wrong_is("--percent nan", "option --percent: 'nan' is not a number from 0 up; write, for example, 0.5");
    wrong_is("--percent -1", "option --percent: '-1' is not a number from 0 up; write, for example, 0.5");
}

static void quoted_is(const char *word, const char *wanted)
{
    char *text = text_quoted(word);
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static void words_are_as_a_shell_reads_them(void **state)
{
    (void)state;
    quoted_is("dir/prog-1.2.tape", "dir/prog-1.2.tape");
    quoted_is("\xc3\xa9", "\xc3\xa9");
    quoted_is("", "''");
    quoted_is("two words", "'two words'");
    quoted_is("#1", "'#1'");
    quoted_is("it's", "'it'\\''s'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_dangerous_comes_out_raw),
        cmocka_unit_test(every_byte_is_printable_or_escaped),
        cmocka_unit_test(escapes_are_never_cut),
        cmocka_unit_test(what_is_no_utf8_is_replaced),
        cmocka_unit_test(widths_are_those_of_terminals),
        cmocka_unit_test(words_are_as_a_shell_reads_them),
        cmocka_unit_test(durations_have_three_digits),
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(counts_and_bytes),
        cmocka_unit_test(the_nearest_word),
        cmocka_unit_test(options_are_understood_in_all_forms),
        cmocka_unit_test(wrong_options_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
