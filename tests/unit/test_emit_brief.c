/* Short forms of names: what is left out, and what only looks like an argument list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "emit/brief.h"

static void expect(const char *name, unsigned level, const char *wanted)
{
    char *found = brief_name(name, level, "..");
    assert_non_null(found);
    assert_string_equal(found, wanted);
    free(found);
}

static void test_lists(void **state)
{
    (void)state;
    expect("std::map<int, std::less<int> >::find", 0, "std::map<..>::find");
    expect("std::map<int, std::less<int> >::find", 1, "std::map<int, std::less<..> >::find");
    expect("std::map<int, std::less<int> >::find", 2, "std::map<int, std::less<int> >::find");
    expect("a<b<c> >::d<e>", 0, "a<..>::d<..>");
    expect("a<b<c> >::d<e<f> >", 1, "a<b<..> >::d<e<..> >");
    expect("std::function<void (std::vector<int>)>::operator()", 0, "std::function<..>::operator()");
    expect("<core::iter::Map<I, F> as Iterator>::next", 0, "<core::iter::Map<..> as Iterator>::next");
    expect("n::myoperator<int>", 0, "n::myoperator<..>");
    expect("", 0, "");
}

static void test_unnamed_namespaces(void **state)
{
    (void)state;
    expect("(anonymous namespace)::f", 0, "f");
    expect("a::(anonymous namespace)::b::f", 2, "a::b::f");
    expect("a::(anonymous namespace)::f<(anonymous namespace)::T>", 0, "a::f<..>");
    expect("a::(anonymous namespace)::f<(anonymous namespace)::T>", 1, "a::f<T>");
}

static void test_no_lists(void **state)
{
    static const char *const names[] = {"main",       "operator<", "a::operator<<", "operator<=>",
                                        "operator->", "x<y",       "a<b<c>",        ">>",
                                        "<",          "a->b",      "f<(",           "x<"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        expect(names[i], 0, names[i]);
}

static void test_comparisons(void **state)
{
    (void)state;
    expect("f<(bool)(1>2), int>::g", 0, "f<..>::g");
    expect("foo<&(bar::operator<)>::x", 0, "foo<..>::x");
    expect("foo<bar->baz>::x", 0, "foo<..>::x");
    expect("std::operator< <char, std::less<int> >", 0, "std::operator< <char, std::less<..> >");
}

/* Of lists that never end none is looked at twice. */
static void test_long(void **state)
{
    enum { LISTS = 200000 };
    char *name = malloc(2 * LISTS + 1);
    (void)state;
    assert_non_null(name);
    for (size_t i = 0; i < LISTS; i++)
        memcpy(name + 2 * i, "x<", 2);
    name[2 * LISTS] = '\0';
    for (unsigned level = 0; level < 3; level++)
        expect(name, level, name);
    memset(name + LISTS, '>', LISTS / 2);
    name[LISTS + LISTS / 2] = '\0';
    expect(name, 0, "x<..>");
    free(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lists), cmocka_unit_test(test_unnamed_namespaces),
                                       cmocka_unit_test(test_no_lists), cmocka_unit_test(test_comparisons),
                                       cmocka_unit_test(test_long)};
    return cmocka_run_group_tests_name("brief", tests, NULL, NULL);
}
