/* Conditions: random ones against an evaluation that follows their making; what they mean at the edges of numbers; what
 * is said of wrong ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "match/where.h"
#include "naive.h"

enum { INTEGER, REAL, TEXT, MISSING, POINTER, NOWHERE, NULS, VARIABLES };

static const char *const variable_names[VARIABLES] = {"n", "x", "name", "none", "p", "null", "nuls"};

static int find(void *context, const char *name, bool quoted, struct where_name *found, struct error *error)
{
    static const unsigned kinds[VARIABLES] = {WHERE_NUMBERS,
                                              WHERE_NUMBERS,
                                              WHERE_TEXTS,
                                              WHERE_NUMBERS | WHERE_TEXTS,
                                              WHERE_NUMBERS | WHERE_NULLS,
                                              WHERE_TEXTS | WHERE_NULLS,
                                              WHERE_TEXTS};
    (void)context;
    for (uint32_t i = 0; i < VARIABLES; i++)
        if (strcmp(name, variable_names[i]) == 0 || (quoted && i == 0 && strcmp(name, "n->m") == 0)) {
            *found = (struct where_name){.variable = i, .kinds = kinds[i]};
            return 0;
        }
    if (strcmp(name, "RED") != 0)
        return error_set(error, "nothing is called '%s'", name);
    *found = (struct where_name){.is_constant = true, .constant = -7};
    return 0;
}

static const struct where_names names = {.find = find};

static const struct where_value values[VARIABLES] = {
    [INTEGER] = {.kind = WHERE_INTEGER, .integer = 12},
    [REAL] = {.kind = WHERE_REAL, .real = 2.5},
    [TEXT] = {.kind = WHERE_TEXT, .text = "a/b.c", .size = 5},
    [POINTER] = {.kind = WHERE_INTEGER, .integer = 0},
    [NOWHERE] = {.kind = WHERE_NULL},
    [NULS] = {.kind = WHERE_TEXT, .text = "a\0b", .size = 3},
};

static struct where_value value_of(const char *text)
{
    struct error error;
    struct where *where = where_create(text, &names, &error);
    if (where == NULL)
        fail_msg("%s: %s", text, error.text);
    struct where_value value = where_value(where, values);
    assert_int_equal(where_holds(where, values), (value.kind == WHERE_INTEGER && value.integer != 0) ||
                                                     (value.kind == WHERE_REAL && value.real != 0));
    where_destroy(where);
    return value;
}

/* ---- against a naive evaluation --------------------------------------------------------------------------------- */

/* What is written, fully in parentheses or not, and what it comes to: numbers stay so small that doubles are exact. */
struct made {
    char text[4096];
    bool known;
    double value;
    bool real; /* decides how / and % round */
};

static void leaf(struct made *made, struct naive_random *random)
{
    uint32_t kind = naive_below(random, 6);
    *made = (struct made){.known = kind != 5, .real = kind == 3 || kind == 4};
    made->value = kind == 3 ? 2.5 : kind == 4 ? naive_below(random, 9) / 4.0 : kind == 2 ? 12 : naive_below(random, 7);
    if (kind == 2 || kind == 3 || kind == 5)
        strcpy(made->text, kind == 5 ? "none" : variable_names[kind == 3 ? REAL : INTEGER]);
    else
        snprintf(made->text, sizeof made->text, made->real ? "%.2f" : "%.0f", made->value);
}

static void divide(struct made *made, const struct made *a, const struct made *b, bool rest)
{
    made->known = made->known && b->value != 0;
    if (!made->known)
        return;
    if (made->real)
        made->value = rest ? fmod(a->value, b->value) : a->value / b->value;
    else
        made->value = rest ? (double)((long)a->value % (long)b->value) : (double)((long)a->value / (long)b->value);
}

static void reckon(struct made *made, const struct made *a, const struct made *b, uint32_t operator)
{
    made->real = a->real || b->real;
    switch (operator) {
    case 0:
        made->value = a->value + b->value;
        break;
    case 1:
        made->value = a->value - b->value;
        break;
    case 2:
        made->value = a->value * b->value;
        break;
    default:
        divide(made, a, b, operator== 4);
        break;
    }
}

static bool compares(double a, double b, uint32_t operator)
{
    const bool holds[] = {a == b, a != b, a<b, a <= b, a> b, a >= b};
    return holds[operator];
}

static void join(struct made *made, const struct made *a, const struct made *b, bool both)
{
    bool settled = (a->known && (a->value != 0) != both) || (b->known && (b->value != 0) != both);
    made->known = settled || made->known;
    made->value = settled ? !both : both;
    made->real = false;
}

static void make(struct made *made, struct naive_random *random, uint32_t depth)
{
    static const char *const operators[] = {"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"};
    static const char *const signs[] = {"!", "-"};
    struct made a, b;
    if (depth == 0 || naive_below(random, 8) == 0) {
        leaf(made, random);
        return;
    }
    make(&a, random, depth - 1);
    if (naive_below(random, 6) == 0) {
        bool not = naive_below(random, 2) == 0;
        *made = (struct made){.known = a.known, .value = not ? a.value == 0 : -a.value, .real = !not &&a.real};
        snprintf(made->text, sizeof made->text, "%s(%.4000s)", signs[!not ], a.text);
        return;
    }
    make(&b, random, depth - 1);
    uint32_t operator= naive_below(random, 13);
    *made = (struct made){.known = a.known && b.known};
    if (operator<5)
        reckon(made, &a, &b, operator);
    else if (operator<11)
        made->value = compares(a.value, b.value, operator- 5);
    else
        join(made, &a, &b, operator== 11);
    snprintf(made->text, sizeof made->text, "(%.2000s)%s (%.2000s)", a.text, operators[operator], b.text);
}

static void conditions_are_what_they_say(void **state)
{
    static struct made made;
    struct naive_random random = {20261125};
    size_t known = 0, unknown = 0;
    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        make(&made, &random, 1 + naive_below(&random, 4));
        struct where_value value = value_of(made.text);
        double got = value.kind == WHERE_REAL ? value.real : (double)value.integer;
        if ((value.kind != WHERE_NOTHING) != made.known || (made.known && got != made.value))
            fail_msg("%s: kind %d, %g, expected %d, %g", made.text, value.kind, got, made.known, made.value);
        known += made.known;
        unknown += !made.known;
    }
    assert_true(known > 5000 && unknown > 5000);
}

/* ---- at the edges ----------------------------------------------------------------------------------------------- */

static void holding(void **state)
{
    static const char *const hold[] = {
        "n == 12",
        "n > 11 && x < 3",
        "1 + 2 * 3 == 7",
        "2 - 1 - 1 == 0",
        "-7 / 2 == -3 && -7 % 2 == -1",
        "!n == 0",
        "n / 5 == 2 && n / 5.0 == 2.4",
        "true && !false",
        "RED == -7",
        "'a' == 97 && '\\n' == 10 && '\\x41' == 0x41",
        "`n` == 12 || `n->m` == 12",
        /* where doubles would round */
        "9007199254740993 > 9007199254740992.0",
        "18446744073709551615 != 18446744073709551616.0",
        "18446744073709551615 * 9223372036854775807 % 10 == 5",
        "1 < 1.5 && -1 > -1.5 && 1 == 1.0",
        "18446744073709551615 * 18446744073709551615 * 18446744073709551615 > 1e57",
        "1e300 > 18446744073709551615",
        "-1e300 < 0 && 0 > -1e300",
        "1e308 * 10 > n",
        /* texts */
        "name == \"a/b.c\"",
        "name != \"a\"",
        "name ~ \"*.c\"",
        "name ~ \"re:^a/\"",
        "!(name ~ \"*.h\")",
        "name ~ \"a\\x2f*\"",
        "\"\\\"\\\\\" == \"\\\"\\\\\"",
        /* what is settled without */
        "none > 3 || n == 12",
        "n == 12 || none",
        "!(none && n == 1)",
    };
    static const char *const fail[] = {
        "n == 11",         "none",         "!none",    "none == none", "none != 3",
        "none == \"a\"",   "none ~ \"*\"", "n / 0",    "n % 0 == 0",   "n / 0.0 == n",
        "none || n == 11", "n && none",    "!(n / 0)", "0x7f == 128",  "x == 2",
    };
    (void)state;
    for (size_t i = 0; i < sizeof hold / sizeof *hold; i++) {
        struct where_value value = value_of(hold[i]);
        if (value.kind == WHERE_NOTHING || value.integer == 0)
            fail_msg("%s does not hold", hold[i]);
    }
    for (size_t i = 0; i < sizeof fail / sizeof *fail; i++) {
        struct where_value value = value_of(fail[i]);
        if (value.kind == WHERE_INTEGER && value.integer != 0)
            fail_msg("%s holds", fail[i]);
    }
}

/* The smallest of 128 bits has no opposite, and no quotient by -1: both are reals. */
#define SMALLEST "(-9223372036854775808 * 18446744073709551615 - 9223372036854775808)"
static void the_smallest_integer(void **state)
{
    (void)state;
    assert_int_equal(value_of(SMALLEST).kind, WHERE_INTEGER);
    assert_int_equal(value_of("-" SMALLEST).kind, WHERE_REAL);
    assert_int_equal(value_of(SMALLEST " / -1").kind, WHERE_REAL);
    assert_int_equal(value_of(SMALLEST " - 1").kind, WHERE_REAL);
    assert_true(value_of(SMALLEST " % -1 == 0").integer == 1);
    assert_true(value_of(SMALLEST " < -1.7e38 && " SMALLEST " == -" SMALLEST " * -1").integer == 1);
}

static bool holds(const char *text)
{
    const struct where_value value = value_of(text);
    return value.kind == WHERE_INTEGER && value.integer != 0;
}

static void null_is_no_pointer_and_no_text(void **state)
{
    (void)state;
    assert_true(holds("p == NULL") && holds("nullptr == p") && holds("null == NULL") && holds("NULL == NULL"));
    assert_false(holds("p != NULL") || holds("null != nullptr") || holds("nuls == \"\""));
    assert_true(holds("null != \"a\"") && holds("!(null == \"\")"));
    assert_false(holds("null ~ \"*\""));
}

static void texts_go_on_behind_a_nul(void **state)
{
    (void)state;
    assert_true(holds("nuls == \"a\\0b\"") && holds("nuls ~ \"*b\"") && holds("nuls ~ \"a?b\""));
    assert_true(holds("nuls ~ \"re:b$\"") && holds("nuls != \"a\\0c\""));
    assert_false(holds("nuls == \"a\"") || holds("nuls ~ \"a\"") || holds("nuls ~ \"re:^a$\""));
}

static void wrong_ones(void **state)
{
    static const char *const wrong[][2] = {
        {"", "column 1: a value is missing at the end"},
        {"n >", "column 4: a value is missing at the end"},
        {"n > 3)", "column 6: an operator is missing here"},
        {"(n > 3", "column 7: ')' is missing at the end"},
        {"n 3", "column 3: an operator is missing here"},
        {"n = 3", "column 3: '=' is written twice: =="},
        {"n > 1 & x", "column 7: '&' is written twice: &&"},
        {"n ? 3", "column 3: '?' means nothing here"},
        {"1 < n < 3", "column 7: write a < b && b < c for a < b < c"},
        {"n > 3m", "column 6: a number ends in letters"},
        {"n > 0x", "column 6: a number ends in letters"},
        {"n > 18446744073709551616", "column 5: this number is too large; with .0 behind it it is a real"},
        {"name == \"a", "column 9: no closing \""},
        {"n == 'ab'", "column 6: 'c' is one character; a text stands in \"...\""},
        {"name > \"a\"", "column 6: '>' needs two numbers"},
        {"name == 3", "column 6: '==' needs two numbers or two texts"},
        {"n ~ \"a\"", "column 3: '~' needs a text before it and a pattern in \"...\" behind it"},
        {"name ~ name", "column 6: '~' needs a text before it and a pattern in \"...\" behind it"},
        {"-name", "column 1: '-' needs a number"},
        {"name", "column 1: a text is no condition; compare it"},
        {"n == NULL", "column 3: '==' needs a pointer or a text beside NULL"},
        {"p < NULL", "column 3: '<' needs two numbers"},
        {"NULL", "column 1: NULL is no condition; compare it"},
        {"n == m", "column 6: nothing is called 'm'"},
        {"\xc3\xa4 > \xc3\xb6", "column 1: nothing is called '\xc3\xa4'"},
        {"\"\xc3\xa4\" == m", "column 8: nothing is called 'm'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = {""};
        assert_null(where_create(wrong[i][0], &names, &error));
        assert_string_equal(error.text, wrong[i][1]);
    }
}

/* Deep ones are refused, long ones are not. */
static void depth_is_bounded(void **state)
{
    static char text[100000];
    struct error error;
    (void)state;
    memset(text, '(', 50000);
    assert_null(where_create(text, &names, &error));
    assert_non_null(strstr(error.text, "too deep"));
    memset(text, '-', 50000);
    assert_null(where_create(text, &names, &error));
    for (size_t terms = 200; terms <= 2000; terms += 1800) {
        strcpy(text, "n == 0");
        for (size_t i = 1; i < terms; i++)
            sprintf(text + strlen(text), " || n == %zu", i);
        struct where *where = where_create(text, &names, &error);
        assert_int_equal(where != NULL, terms == 200);
        assert_true(where == NULL || where_holds(where, values));
        where_destroy(where);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_are_what_they_say),
        cmocka_unit_test(holding),
        cmocka_unit_test(the_smallest_integer),
        cmocka_unit_test(null_is_no_pointer_and_no_text),
        cmocka_unit_test(texts_go_on_behind_a_nul),
        cmocka_unit_test(wrong_ones),
        cmocka_unit_test(depth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
