# Arguments and results are right beside those that C++ hands over in ways of its own: by an invisible reference, as
# pointers to members, on the stack at multiples of 16; and enumerators of types without a sign, at every call.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "recipes are for x86-64"
cat >passed.cpp <<'EOF2'
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>
#define ALONE __attribute__((noinline))
#define UNTRACED __attribute__((noinline, no_instrument_function))
struct copied { int k; copied(int x) : k(x) {} copied(const copied &o) : k(o.k) {} };
struct destroyed { int k; destroyed(int x) : k(x) {} ~destroyed() { k = 0; } };
struct derived : copied { derived(int x) : copied(x) {} };
struct holder { copied part[1]; };
struct moved { int k; moved(int x) : k(x) {} moved(const moved &) = delete; moved(moved &&) = default; };
struct plain { int k; plain(int x) : k(x) {} plain(const plain &) = default; ~plain() = default; };
struct assigned { int k; assigned(int x) : k(x) {} assigned &operator=(const assigned &o) { k = o.k; return *this; } };
template <class T> struct of { T k; of(T x) : k(x) {} of(const of &o) : k(o.k) {} };
struct late { int k; late(int x) : k(x) {} late(const late &); };
UNTRACED late::late(const late &) = default;
struct aligned { alignas(16) long a; };
enum class byte : unsigned char { low = 1, high = 200 };
enum class word : unsigned { low = 1, high = 4000000000 };
enum class whole : int { none };
UNTRACED static void say(const char *what, long value) { std::printf("%s=%ld\n", what, value); }
UNTRACED static void say_name(const char *what, const char *name) { std::printf("%s=%s\n", what, name); }

#define TAKES(type) \
    ALONE type take_##type(int p, type x, int q) \
    { \
        say("take_" #type " p", p), say("take_" #type " x.k", x.k), say("take_" #type " q", q); \
        say("take_" #type " .k", p + q); \
        return type(p + q); \
    }
using templated = of<int>;
TAKES(copied) TAKES(destroyed) TAKES(derived) TAKES(moved) TAKES(plain) TAKES(assigned) TAKES(templated)
TAKES(late)

/* Numbers that are not at multiples of their sizes take what they are in to memory; bit-fields do not. */
#define PACKED struct __attribute__((packed))
typedef int loose __attribute__((aligned(1)));
PACKED unaligned { char a; int b; short c; };
PACKED close { int a; short b, c; };
PACKED fields { char a; int b : 17, c : 20; };
PACKED inner { char a; PACKED { short b; }; char c; };
PACKED array { char a, b; char c; short rest[2]; };
PACKED real { float a; double b; char c; };
struct loosely { char a; loose b; short c; };
PACKED spacing { char a, b; struct __attribute__((aligned(8))) { char c; }; };
#define TAKES_PARTS(type) \
    ALONE type take_##type(short p, type x, signed char q, double r) \
    { \
        say("take_" #type " p", p), say("take_" #type " q", q), say("take_" #type " r", (long)r); \
        say("take_" #type " x.a", x.a), say("take_" #type " x.b", x.b), say("take_" #type " x.c", x.c); \
        x.a++, x.b += 2, x.c += 3; \
        say("take_" #type " .a", x.a), say("take_" #type " .b", x.b), say("take_" #type " .c", x.c); \
        return x; \
    }
#define EACH_OF_PARTS(what) \
    what(unaligned) what(close) what(fields) what(inner) what(array) what(real) what(loosely) what(spacing)
EACH_OF_PARTS(TAKES_PARTS)
#define CALL(type) { type x{}; x.a = i + 20, x.b = i - 9, x.c = i + 10; take_##type(i + 300, x, -i, i + 2); }

/* Compilers do not agree on records with null pointers, nor on what fits into registers behind one. */
struct longs { long a, b; };
struct with_null { int a; std::nullptr_t null; };
ALONE std::nullptr_t null_behind(int a, std::nullptr_t n, int b, long c)
{
    say("null_behind a", a), say_name("null_behind n", "0x0"), say("null_behind b", b), say("null_behind c", c);
    return say_name("null_behind ", "0x0"), n;
}
ALONE int null_first(std::nullptr_t n, int a, with_null w, int b)
{
    say_name("null_first n", "0x0"), say("null_first a", a), say("null_first b", b), say("null_first ", a + b);
    say("null_first w.a", w.a), say_name("null_first w.null", "0x0");
    return n == nullptr ? a + b : 0;
}
ALONE int null_before(std::nullptr_t n, int a, int, int, int, longs x, int b)
{
    say_name("null_before n", "0x0"), say("null_before a", a), say("null_before b", b), say("null_before ", a + b);
    say("null_before x.a", x.a), say("null_before x.b", x.b);
    return n == nullptr ? a + b : 0;
}

/* What is in whole xmm registers. */
typedef int vector __attribute__((vector_size(16)));
struct with_vector { vector v; };
struct with_wide { __float128 k; };
ALONE int xmm(int a, __float128, double b, with_vector, double c, with_wide, double d)
{
    say("xmm a", a), say("xmm b", (long)b), say("xmm c", (long)c), say("xmm d", (long)d);
    return say("xmm ", a + 1), a + 1;
}
ALONE int xmm_stack(int a, int, int, int, int, int f, __float128, int g)
{
    return say("xmm_stack a", a), say("xmm_stack f", f), say("xmm_stack g", g), say("xmm_stack ", a + g), a + g;
}
/* What is not used callers need not pass. */
struct three { long a, b, c; };
ALONE int unused(int a, int, int, int, int, int, int g, int h, three x, three y)
{
    say("unused a", a), say("unused h", h), say("unused y.a", y.a), say("unused y.b", y.b), say("unused y.c", y.c);
    return say("unused ", a + h), a + h;
}
/* Microsoft's calls. */
#define FOREIGN __attribute__((noinline, ms_abi))
FOREIGN int foreign(int a, double b, const char *c, longs x, int d, int e, int f)
{
    say("foreign a", a), say("foreign b", (long)b), say_name("foreign c", c), say("foreign d", d), say("foreign e", e);
    say("foreign f", f), say("foreign x.a", x.a), say("foreign x.b", x.b), say("foreign ", a + f);
    return a + f;
}
FOREIGN longs foreign_pair(int a, longs x)
{
    say("foreign_pair a", a), say("foreign_pair x.a", x.a), say("foreign_pair x.b", x.b);
    say("foreign_pair .a", x.a + a), say("foreign_pair .b", x.b);
    return {x.a + a, x.b};
}
struct single { float k; };
FOREIGN single foreign_single(single x, float a)
{
    say("foreign_single x.k", (long)x.k), say("foreign_single a", (long)a), say("foreign_single .k", (long)(x.k + a));
    return {x.k + a};
}

ALONE int take_holder(holder h, int q)
{
    say("take_holder q", q), say("take_holder ", h.part[0].k);
    return h.part[0].k;
}
ALONE long texts(std::string a, std::vector<int> b, int c)
{
    say_name("texts a", a.c_str()), say("texts b.size", (long)b.size()), say("texts c", c), say("texts ", c + 1);
    return c + 1;
}
ALONE int members(int (copied::*f)(), int copied::*m, int k) { return say("members k", k), f && m; }
ALONE int stacked(int a, int, int, int, int, int, int g, long double l, int h, aligned x, int i)
{
    say("stacked a", a), say("stacked g", g), say("stacked h", h), say("stacked x.a", x.a), say("stacked i", i);
    return l > 0;
}
ALONE int halves(int a, __int128 b, __int128 c, __int128 d, int e, int f)
{
    say("halves a", a), say("halves e", e), say("halves f", f);
    return b + c + d > 0;
}
ALONE byte bytes(byte x)
{
    return say_name("bytes x", x == byte::low ? "low" : "high"), say_name("bytes ", x == byte::low ? "high" : "low"),
           x == byte::low ? byte::high : byte::low;
}
ALONE word words(word x)
{
    return say_name("words x", x == word::low ? "low" : "high"), say_name("words ", x == word::low ? "high" : "low"),
           x == word::low ? word::high : word::low;
}
ALONE whole wholes(whole x) { return say("wholes x", (int)x), say("wholes ", (int)x), x; }

UNTRACED int main()
{
    for (int i = 0; i < 3; i++) {
        EACH_OF_PARTS(CALL)
        null_behind(i, nullptr, 3, 4), null_first(nullptr, i, {7, nullptr}, 8);
        foreign(i, 2, "three", {4, 5}, 6, 7, 8), foreign_pair(i, {10, 20}), foreign_single({3}, i);
        xmm(i, 2, 3, with_vector(), 4, {5}, 6), xmm_stack(i, 1, 2, 3, 4, 5, 6, 7);
        say("unused g", i + 77), say("unused x.a", 5), say("unused x.b", i + 6), say("unused x.c", 7);
        unused(i, 1, 2, 3, 4, 5, i + 77, 8, {5, i + 6, 7}, {1, i, 3});
        null_before(nullptr, i, 1, 2, 3, {4, 5}, 6);
        take_copied(1, i, 3), take_destroyed(1, i, 4), take_derived(1, i, 5), take_moved(1, i, 6);
        take_plain(1, i, 7), take_assigned(1, i, 8), take_templated(1, i, 9), take_late(1, i, 10);
        take_holder(holder{{i}}, 12);
        texts(i ? "short" : "a text that is not in the object itself", std::vector<int>(i), i);
        members(nullptr, &copied::k, i + 5);
        stacked(i, 2, 3, 4, 5, 6, 7, 8, 9, aligned{10}, 11);
        halves(i, 2, 3, 4, 5, 6);
        bytes(i ? byte::high : byte::low), words(i ? word::high : word::low), wholes((whole)(-1 - i));
    }
}
EOF2
set -f # for patterns of names
for compiler in "g++ -O0" "g++ -O2" "g++ -O2 -gdwarf-4" "clang++ -O0" "clang++ -O2"; do
    $compiler -w -g -finstrument-functions -finstrument-functions-exclude-file-list=/usr/include -o passed passed.cpp \
        2>log || $compiler -w -g -finstrument-functions -o passed passed.cpp 2>log || fail "$compiler: $(cat log)"
    "$CALLTAPE" record $(printf -- '--args %s --returns %s ' 'take_*' 'take_*' 'null_*' 'null_*' 'foreign*' 'foreign*' \
        'xmm*' 'xmm*' unused unused texts texts bytes bytes words words wholes wholes) \
        --args members --args stacked --args halves -o t.tape -- ./passed >printed 2>/dev/null
    "$CALLTAPE" replay --format json t.tape 2>/dev/null | jq -r 'select(.values) | .function as $function | .values[] |
        $function + " " + .name + "=" + if .value == null then "?" else .value | tostring end' >told
    # What is told by nothing may be missing; what is told is what was printed.
    sort -u printed >true
    grep -v '=?$' told | sort -u | comm -13 true - >wrong
    [ -s wrong ] && fail "$compiler: $(cat wrong)"
    count=$(grep -vc '=?$' told)
    [ "$count" -ge $(($(wc -l <printed) * 8 / 10)) ] || fail "$compiler: $count are told of $(wc -l <printed): $(cat told)"
done
