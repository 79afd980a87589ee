/* Patterns: globs, expressions, what is not one, and names of any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "match/pattern.h"

static int matches(const char *text, const char *name)
{
    struct error error;
    struct pattern *pattern = pattern_create(text, &error);
    if (pattern == NULL)
        fail_msg("%s", error.text);
    int found = pattern_matches(pattern, name, &error);
    pattern_destroy(pattern);
    return found;
}

static int matches_path(const char *text, const char *path)
{
    struct error error;
    struct pattern *pattern = pattern_create(text, &error);
    assert_non_null(pattern);
    int found = pattern_matches_path(pattern, path, &error);
    pattern_destroy(pattern);
    return found;
}

static void globs_match_the_whole_name(void **state)
{
    (void)state;
    assert_int_equal(matches("parse", "parse"), 1);
    assert_int_equal(matches("parse", "parse_more"), 0);
    assert_int_equal(matches("parse*", "parse_more"), 1);
    assert_int_equal(matches("std::*::find", "std::map<int, int>::find"), 1);
    assert_int_equal(matches("[ab]?", "bc"), 1);
    assert_int_equal(matches("operator[]", "operator[]"), 1);
    assert_int_equal(matches("f(int*)", "f(int*)"), 1);
    assert_int_equal(matches("", ""), 1);
}

static int matches_function(const char *text, const char *name)
{
    struct error error;
    struct pattern *pattern = pattern_create(text, &error);
    assert_non_null(pattern);
    int found = pattern_matches_function(pattern, name, &error);
    pattern_destroy(pattern);
    return found;
}

static void plain_words_match_in_any_scope(void **state)
{
    static const struct {
        const char *word, *name;
        int found;
    } cases[] = {
        {"find", "find", 1},
        {"find", "std::map<int, std::less<int> >::find", 1},
        {"find", "std::map<a::b>::find<c::d>(e::f) const", 1},
        {"find<c::d>", "std::map<a::b>::find<c::d>", 1},
        {"find<int>", "std::find<int>", 1},
        {"find", "find<int>", 1},
        {"find", "std::find_if", 0},
        {"find*", "std::find_if", 1},
        {"less", "std::map<int, std::less>::find", 0},
        {"map", "std::map<int>::find", 0},
        {"map::find", "std::map::find", 1},
        {"p::find", "std::map::find", 0},
        {"map::find", "std::map<int>::find", 0},
        {"map::find", "std::map::find<int>(int)", 1},
        {"*::find", "std::map::find", 1},
        {"re:^find", "std::find", 0},
        {"run", "(anonymous namespace)::run", 1},
        {"a::run", "a::(anonymous namespace)::run", 1},
        {"a::run", "b::a::(anonymous namespace)::run<int>(int)", 1},
        {"a::run", "(anonymous namespace)::run", 0},
        {"a::(anonymous namespace)::*", "a::(anonymous namespace)::run", 1},
        {"operator()", "main::{lambda(int)#1}::operator()", 1},
        {"operator<", "ns::operator<", 1},
        {"operator<<", "ns::operator<", 0},
        {"operators", "ns::operators<int>", 1},
        {"fmt", "<alloc::vec::Vec<T> as core::fmt::Debug>::fmt", 1},
        {"{{closure}}", "app::main::{{closure}}", 1},
        {"", "ns::", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (matches_function(cases[i].word, cases[i].name) != cases[i].found)
            fail_msg("'%s' %s '%s'", cases[i].word, cases[i].found ? "does not match" : "matches", cases[i].name);
}

static void expressions_are_searched_for(void **state)
{
    (void)state;
    assert_int_equal(matches("re:ars", "parse"), 1);
    assert_int_equal(matches("re:^ars", "parse"), 0);
    assert_int_equal(matches("re:^(get|set)_\\w+$", "set_name"), 1);
    assert_int_equal(matches("re:(?<!pre)fix", "prefix"), 0);
    assert_int_equal(matches("re:^.$", "\xc3\xa9"), 1);
    assert_int_equal(matches("re:se$", "\xff\xfe parse"), 1);
}

static void paths_match_from_any_folder(void **state)
{
    (void)state;
    assert_int_equal(matches_path("a.c", "src/lib/a.c"), 1);
    assert_int_equal(matches_path("lib/a.c", "src/lib/a.c"), 1);
    assert_int_equal(matches_path("lib/*", "/src/lib/a.c"), 1);
    assert_int_equal(matches_path("/src/*", "/src/lib/a.c"), 1);
    assert_int_equal(matches_path("ib/a.c", "src/lib/a.c"), 0);
    assert_int_equal(matches_path("lib", "src/lib/a.c"), 0);
    assert_int_equal(matches_path("re:b/a", "src/lib/a.c"), 1);
    assert_int_equal(matches_path("a.c", ""), 0);
    assert_int_equal(matches_path("a.c", "a.c"), 1);
}

static void wrong_expressions_are_told(void **state)
{
    struct error error;
    (void)state;
    assert_null(pattern_create("re:a(b", &error));
    assert_non_null(strstr(error.text, "bad regular expression 'a(b': missing closing parenthesis at character 4"));
    assert_null(pattern_create("re:\x1b\xff", &error));
    assert_null(strchr(error.text, '\x1b'));
}

static void endless_searches_end(void **state)
{
    char name[4000];
    struct error error;
    struct pattern *pattern = pattern_create("re:^(a+)+(b+)+(a+)+$", &error);
    (void)state;
    memset(name, 'a', sizeof name - 2);
    strcpy(name + sizeof name - 2, "c");
    int found = pattern_matches(pattern, name, &error);
    assert_true(found <= 0);
    if (found < 0)
        assert_non_null(strstr(error.text, "too hard"));
    pattern_destroy(pattern);
    pattern_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs_match_the_whole_name),   cmocka_unit_test(plain_words_match_in_any_scope),
        cmocka_unit_test(expressions_are_searched_for), cmocka_unit_test(paths_match_from_any_folder),
        cmocka_unit_test(wrong_expressions_are_told),   cmocka_unit_test(endless_searches_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
