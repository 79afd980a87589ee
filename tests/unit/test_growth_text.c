/* Growth, as it is told: functions of which nothing but the number of calls grows are one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "emit/growth.h"

enum { FUNCTIONS = 6 };

static struct growth_subject subjects[FUNCTIONS];
static struct growth_point points[] = {{{1, 1}, 1, 1, -1}, {{100, 1}, 100, 1, -1}};

/* Calls of "f0", "f1", ..., that grow as n^0.5, n^1.5, ... */
static void make(struct growth_result results[FUNCTIONS])
{
    static char names[FUNCTIONS][4] = {"f0", "f1", "f2", "f3", "f4", "f5"}, module[] = "/m", key[] = "argument 1";
    for (size_t i = 0; i < FUNCTIONS; i++) {
        subjects[i] = (struct growth_subject){.name = names[i], .module = module, .keys = {key}, .key_count = 1};
        results[i] = (struct growth_result){.subject = &subjects[i],
                                            .measure = GROWTH_CALLS,
                                            .other = -1,
                                            .fit = {.law = LAW_POWER,
                                                    .rival = LAW_POWER,
                                                    .numbers = 1,
                                                    .exponent = {0.5 + (double)i, 0},
                                                    .from = {1, 1},
                                                    .to = {100, 1},
                                                    .smallest = 1,
                                                    .factor = 1},
                                            .calls = 7,
                                            .points = points,
                                            .point_count = 2,
                                            .best = true};
    }
}

static char *tell(struct growth_show show, const struct growth_result *results, size_t count)
{
    struct error error;
    size_t bytes;
    show.output = output_memory(&error);
    assert_non_null(show.output);
    growth_text(&show, results, count);
    char *text = output_taken(show.output, &bytes);
    assert_non_null(text);
    assert_int_equal(output_close(show.output, &error), 0);
    return text;
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        count++;
    return count;
}

static void functions_that_are_called_more_often_are_one_line(void **state)
{
    (void)state;
    struct growth_result results[FUNCTIONS];
    make(results);
    char *text = tell((struct growth_show){.runs = true}, results, FUNCTIONS);
    assert_string_equal(text,
                        "calls of 6 functions grow, and no time of theirs surely: `f5` as argument 1^5.50, `f4` as "
                        "argument 1^4.50, `f3` as argument 1^3.50 and 3 more; --all tells them\n\n");
    free(text);
    /* A function with a time is told for itself, as are few, all when asked for, and calls within calls. */
    results[2].measure = GROWTH_SELF;
    text = tell((struct growth_show){.runs = true}, results, FUNCTIONS);
    assert_non_null(strstr(text, "`f2`: self time grows as argument 1^2.50"));
    assert_non_null(strstr(text, "calls of 5 functions grow"));
    free(text);
    make(results);
    text = tell((struct growth_show){.runs = true}, results, 3);
    assert_int_equal(count_of(text, ": calls grow as"), 3);
    free(text);
    text = tell((struct growth_show){.runs = true, .all = true}, results, FUNCTIONS);
    assert_int_equal(count_of(text, ": calls grow as"), FUNCTIONS);
    free(text);
    text = tell((struct growth_show){.runs = false}, results, FUNCTIONS);
    assert_int_equal(count_of(text, ": calls grow as"), FUNCTIONS);
    free(text);
}

static void where_a_law_begins_is_told(void **state)
{
    (void)state;
    struct growth_result results[FUNCTIONS];
    make(results);
    results[0].fit.from[0] = 80;
    char *text = tell((struct growth_show){.runs = true}, results, 1);
    assert_non_null(strstr(text, "`f0`: calls grow as argument 1^0.50, from argument 1 = 80 on ("));
    assert_non_null(strstr(text, "argument 1 1 to 100)"));
    free(text);
    text = tell((struct growth_show){.runs = true}, results + 1, 1);
    assert_null(strstr(text, " on ("));
    free(text);
}

/* One model in one wording. */
static void laws_with_a_name_have_no_other_exponent(void **state)
{
    (void)state;
    struct growth_result results[FUNCTIONS];
    make(results);
    results[0].fit.law = LAW_LINEAR;
    results[0].fit.exponent[0] = 0.96;
    results[0].fit.low[0] = 0.9;
    results[0].fit.high[0] = 1.02;
    char *text = tell((struct growth_show){.runs = true}, results, 1);
    assert_non_null(
        strstr(text, "calls grow as argument 1, linear (an exponent left free is 0.96, 95 %: 0.90 to 1.02;"));
    free(text);
    results[0].fit.law = LAW_LINEAR_LOG;
    text = tell((struct growth_show){.runs = true}, results, 1);
    assert_non_null(strstr(text, "calls grow as argument 1 * log argument 1 (an exponent left free"));
    free(text);
    results[0].fit.law = LAW_POWER;
    results[0].fit.rival = LAW_LINEAR;
    results[0].fit.rival_too = LAW_LINEAR_LOG;
    text = tell((struct growth_show){.runs = true}, results, 1);
    assert_non_null(strstr(text, "argument 1^0.96, or just as well argument 1 or argument 1 * log argument 1 (95 %:"));
    free(text);
    results[0].fit.verdict = GROWTH_BROKEN;
    results[0].fit.knee = 40;
    text = tell((struct growth_show){.runs = true, .all = true}, results, 1);
    assert_non_null(strstr(text, "no claim: it does not grow up to about argument 1 = 40, and larger sizes"));
    free(text);
}

static void sums_are_told_as_sums(void **state)
{
    (void)state;
    struct growth_result results[FUNCTIONS];
    static char names[2][2] = {"n", "m"};
    make(results);
    subjects[0] = (struct growth_subject){
        .name = subjects[0].name, .module = subjects[0].module, .keys = {names[0], names[1]}, .key_count = 2};
    results[0].other = 1;
    results[0].fit.numbers = 2;
    results[0].fit.sum = true;
    results[0].fit.to[1] = 100;
    results[0].fit.exponent[0] = results[0].fit.exponent[1] = 1;
    results[0].fit.second = 3;
    results[0].fit.constant = 10;
    char *text = tell((struct growth_show){.runs = true}, results, 1);
    assert_non_null(strstr(text, "calls grow as n^1.00 + 3 * m^1.00 (95 %: n "));
    assert_non_null(strstr(text, "at n = 100, m = 1,000 it would make 3,110 calls"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_that_are_called_more_often_are_one_line),
        cmocka_unit_test(laws_with_a_name_have_no_other_exponent),
        cmocka_unit_test(sums_are_told_as_sums),
        cmocka_unit_test(where_a_law_begins_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
