#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbol/demangle.h"

static void expect(const char *symbol, const char *name)
{
    char *found = demangle(symbol, DEMANGLE_NAME);
    assert_non_null(found);
    assert_string_equal(found, name);
    free(found);
}

static void test_cplusplus(void **state)
{
    (void)state;
    expect("_ZN5parse5tokenEPKci", "parse::token");
    expect("_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector<int, std::allocator<int> >::push_back");
    expect("_Z5twiceIlET_S0_", "twice<long>");
    expect("_ZN3BoxD1Ev", "Box::~Box");
    expect("_ZNK3BoxcviEv", "Box::operator int");
    expect("_ZN12_GLOBAL__N_14keepEi", "(anonymous namespace)::keep");
    expect("_GLOBAL__sub_I__ZN5parse5tokenEPKci", "_GLOBAL__sub_I_parse::token");
    expect("_GLOBAL__sub_I_main", "_GLOBAL__sub_I_main");
    expect("_ZZ4mainENKUliE_clEi", "main::{lambda(int)#1}::operator()");
}

static void test_rust(void **state)
{
    (void)state;
    expect("_RNvCs1234_7mycrate3foo", "mycrate::foo");
    expect("_ZN4core3fmt9Formatter9write_str17h0123456789abcdefE", "core::fmt::Formatter::write_str");
    expect("_ZN45_$LT$Foo$u20$as$u20$core..ops..drop..Drop$GT$4drop17h0123456789abcdefE",
           "<Foo as core::ops::drop::Drop>::drop");
    expect("_ZN4core3fmt5write17h0123456789abcdefE.llvm.1234567", "core::fmt::write");
}

static void test_suffixes(void **state)
{
    (void)state;
    expect("_ZN5parse5tokenEPKci.part.0", "parse::token.part.0");
    expect("_ZN5parse5tokenEPKci.constprop.0.isra.1", "parse::token.constprop.0.isra.1");
    expect("grow.cold", "grow.cold");
    expect("grow.lto_priv.12", "grow");
    expect("grow.lto_priv.0.cold", "grow.cold");
    expect("grow.llvm.1234567", "grow");
    expect("memcpy@@GLIBC_2.14", "memcpy");
    expect("_ZN5parse5tokenEPKci@V1", "parse::token");
}

static void test_plain(void **state)
{
    static const char *const plain[] = {
        "main",    "_start", "",       "_",     "_Z",        "_R",        "_ZN",
        ".hidden", "@",      "_Zebra", "_Rust", "grow.llvm", "_ZN5short", "_ZN99999999999999999999aEv"};
    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        expect(plain[i], plain[i]);
}

/* Each of the nested argument types names earlier ones twice: 1.5 million characters, were it written out. */
static void test_expansion_is_bounded(void **state)
{
    char symbol[512] = "_Z1fI1XIiiE";
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    (void)state;
    for (int i = 0; i < 30; i++)
        sprintf(symbol + strlen(symbol), "S_IS%c_S%c_E", digits[i], digits[i]);
    strcat(symbol, "Evv");
    expect(symbol, symbol);
}

static void test_recursion_is_bounded(void **state)
{
    static char symbol[100000];
    (void)state;
    memset(symbol, 'P', sizeof symbol - 2);
    memcpy(symbol, "_Z1f", 4);
    symbol[sizeof symbol - 2] = 'i';
    expect(symbol, symbol);
    memcpy(symbol, "_RIC", 4);
    expect(symbol, symbol);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cplusplus),
        cmocka_unit_test(test_rust),
        cmocka_unit_test(test_suffixes),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_expansion_is_bounded),
        cmocka_unit_test(test_recursion_is_bounded),
    };
    return cmocka_run_group_tests_name("demangle", tests, NULL, NULL);
}
