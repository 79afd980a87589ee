# Parameters that the first statements of an inlined function change: what is told is what was passed, or nothing.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "recipes are for x86-64"
cat >changed.c <<'C'
volatile int nothing;
#define INLINED static inline __attribute__((always_inline))
#define ALONE static __attribute__((noinline))
__attribute__((noinline, no_instrument_function)) static void use(int n, int m)
{
    __asm__ volatile("" ::"r"(n), "r"(m));
}
INLINED int f1(int p) { p += 1; use(p, 1); return p; }
INLINED int f2(int p) { p += nothing + 3; use(p, 2); return p; }
INLINED int f3(int p, int q) { int t = p; p = q; q = t; use(p, q); return p; }
INLINED int f4(int p, int q) { if (q) { p += 3; use(p, 4); return 1; } use(p, 5); return 0; }
INLINED int f5(int p) { p = p > 3 ? p * 2 : 7; use(p, p); return p; }
INLINED int f6(int p) { for (; p > 0; p--) use(p, 6); return p; }
ALONE int f7(int p) { p += 1; use(p, 7); return p; }
ALONE int f8(int p, int q) { p = p + q; use(p, q); use(p, 8); return p; }
struct pair { int x, y; };
struct bits { unsigned a : 3; int b : 6; unsigned c : 13; };
static int gate;
__attribute__((noinline, no_instrument_function)) static void tick(void) { __asm__ volatile("" : "+m"(gate)); }
INLINED int f9(struct pair p) { __builtin_memset(&p, 0, sizeof p); if (gate) tick(); use(p.x, p.y); return p.x; }
ALONE int f10(double p, int q) { p = 3.5; use(q, 9); return (int)p + q; }
INLINED int f11(int p, int q) { if (gate) tick(); int t = p; p = q; q = t; use(p, q); return p; }
INLINED int f12(int p, int q) { tick(); use(p, q); use(q, p); return p + q; }
INLINED int f13(int p) { tick(); p = p * 3 + 1; use(p, 13); return p; }
INLINED int f14(struct bits p) { if (gate) tick(); use(p.a, p.b); use((int)p.c, 14); return p.b; }
INLINED int f15(const char *p) { int n = (int)__builtin_strlen(p); p += n; tick(); use(n, *p); return n; }
INLINED int f16(struct pair p) { tick(); use(p.x, p.y); use(p.y, p.x); return p.x; }
int main(int count, char **words)
{
    int x = count * 10, y = x + 1;
    (void)words;
    use(x, y);
    f1(5), f1(x), use(y, 0), f1(x), f2(5), f2(x), f3(1, 2), f3(x, y), use(x, y), f4(5, 1), f4(5, 0), f4(x, 1), f4(x, y);
    f5(2), f5(x), f6(3), f6(x), f7(x), f8(x, y), f8(5, 6);
    f9((struct pair){1, 2}), f9((struct pair){x, y}), f10(1.5, x), f10(2.5, 6), f11(1, 2), f11(x, y), f12(1, 2), f12(x, 2);
    f13(5), f13(x), f14((struct bits){1, 2, 64}), f14((struct bits){1 + nothing, 13, 33 + nothing});
    f15("abc"), f16((struct pair){3, 4}), f16((struct pair){x, 4});
    return 0;
}
C
cat >passed <<'P'
f1 p=5
f1 p=10
f1 p=10
f2 p=5
f2 p=10
f3 p=1 q=2
f3 p=10 q=11
f4 p=5 q=1
f4 p=5 q=0
f4 p=10 q=1
f4 p=10 q=11
f5 p=2
f5 p=10
f6 p=3
f6 p=10
f7 p=10
f8 p=10 q=11
f8 p=5 q=6
f9 p.x=1 p.y=2
f9 p.x=10 p.y=11
f10 p=1.5 q=10
f10 p=2.5 q=6
f11 p=1 q=2
f11 p=10 q=11
f12 p=1 q=2
f12 p=10 q=2
f13 p=5
f13 p=10
f14 p.a=1 p.b=2 p.c=64
f14 p.a=1 p.b=13 p.c=33
f15 p=abc
f16 p.x=3 p.y=4
f16 p.x=10 p.y=4
P
for compiler in "gcc -O0" "clang -O0" "gcc -O1" "gcc -O2" "gcc -O3" "clang -O1" "clang -O2" "clang -O3"; do
    $compiler -g -finstrument-functions -o changed changed.c 2>log || fail "$compiler: $(cat log)"
    "$CALLTAPE" record --args 'f*' -o t.tape -- ./changed 2>/dev/null
    "$CALLTAPE" replay --format json t.tape 2>/dev/null | jq -r 'select(.function != "main" and .kind != "end") |
        .function + ([.values[] | " " + .name + "=" + if .value == null then "?" else (.value | tostring) end] | join(""))' >told
    expect_equal "calls, $compiler" "$(cut -d' ' -f1 passed)" "$(cut -d' ' -f1 told)"
    paste -d' ' passed told | awk '{
        for (i = 2; i <= NF / 2; i++) {
            wrong += $i != $(NF / 2 + i) && $(NF / 2 + i) !~ /=[?]$/
            known += $i == $(NF / 2 + i)
        }
    } END { exit wrong != 0 || known < 10 }' || fail "$compiler: $(paste passed told)"
done

# Of a function that nothing else calls clang takes parameters away, so that the others come elsewhere.
cat >taken.c <<'C'
#include <stdio.h>
static __attribute__((noinline)) int f(int level, int flags, const char *s)
{
    return printf("f level=%d flags=%d s=%s\n", level, flags, s);
}
int main(int argc, char **argv)
{
    return f(5 * argc, 7, argv[1]) == 0;
}
C
for compiler in "gcc -O2" "clang -O1" "clang -O2" "clang -O3"; do
    "$CALLTAPE" cc $compiler -g -o taken taken.c 2>log || fail "$compiler: $(cat log)"
    "$CALLTAPE" record --args f -o t.tape -- ./taken text >passed 2>/dev/null
    "$CALLTAPE" replay --format json t.tape 2>/dev/null | jq -r 'select(.function == "f" and .kind != "end") | .values[] |
        select(.value != null) | " \(.name)=\(.value)"' >told
    [ -s told ] || fail "$compiler: no value"
    while read -r value; do
        grep -q " $value\b" passed || fail "$compiler: $value, but $(cat passed)"
    done <told
done
