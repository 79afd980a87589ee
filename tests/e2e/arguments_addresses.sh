# Addresses of a program's own data and code are told as they are where it is loaded, which is elsewhere than its file
# has them: results, and constants that inlined functions are given.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "recipes are for x86-64"
cat >addresses.c <<'C'
#include <stdio.h>
#define ALONE __attribute__((noinline))
static int table[4];
ALONE int *the_table(void) { return table; }
ALONE int *behind_it(int i) { return table + 1 + (i & 0); }
ALONE const char *the_text(void) { return "hello"; }
ALONE void *the_code(void) { return (void *)the_text; }
__attribute__((noinline, no_instrument_function)) static void use(const void *p) { __asm__ volatile("" ::"r"(p)); }
static inline __attribute__((always_inline)) void inlined(int *p, const char *text) { use(p), use(text), use(p); }
__attribute__((no_instrument_function)) int main(void)
{
    printf("the_table=%p\nbehind_it=%p\n", (void *)the_table(), (void *)behind_it(1));
    printf("the_text=%s\nthe_code=%p\n", the_text(), the_code());
    printf("p=%p\ntext=constant\n", (void *)table);
    inlined(table, "constant");
    return 0;
}
C
for compiler in "gcc -O0" "gcc -O2" "gcc -O2 -no-pie" "gcc -O2 -flto" "clang -O0" "clang -O2" "clang -O2 -no-pie"; do
    $compiler -w -g -finstrument-functions -o addresses addresses.c 2>log || fail "$compiler: $(cat log)"
    "$CALLTAPE" record --args inlined --returns 'the_*' --returns behind_it -o t.tape -- ./addresses >printed 2>/dev/null
    "$CALLTAPE" replay --format json t.tape 2>/dev/null | jq -r '.function as $function | .values[] |
        (if .kind == "return" then $function else .name end) + "=" + if .value == null then "?" else .value end' >told
    # clang may keep what an inlined function is given nowhere.
    diff <(sort printed) <(sort told) | grep '^>' | grep -v '^> [a-z]*=?$' && fail "$compiler: $(cat printed told)"
    grep -q '^the_table=0x' told && grep -q '^the_text=hello' told || fail "$compiler: $(cat told)"
done
