# Values at the edges of their types: texts with a NUL within, null pointers, numbers and enumerators of 64 bits.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "recipes are for x86-64"
cat >edges.cpp <<'EOF2'
#include <cstdint>
#include <string>
#include <string_view>
#define ALONE __attribute__((noinline))
static volatile uint64_t used;
enum class mask : uint64_t { LOW = 1, HIGH = 1ull << 63, ALL = ~0ull };
ALONE int text(const std::string &s, std::string_view v) { return (int)(used = s.size() + v.size()); }
ALONE uint64_t number(uint64_t n) { return used = n, n; }
ALONE mask pick(mask m) { return used = (uint64_t)m, m; }
ALONE int pointers(const int *p, const char *s) { return (int)(used = (uintptr_t)p + (uintptr_t)s), 0; }
ALONE double real(double r) { return used = r > 0, r; }
ALONE int letter(char c) { return (int)(used = (uint64_t)c), c; }
int main()
{
    static const int one = 1;
    real(0.0), real(-0.0), real(1.5), real(__builtin_nan("")), real(__builtin_inf()), real(-__builtin_inf());
    letter('\''), letter('\\'), letter('"'), letter('a'), letter('\n');
    text(std::string("a\0b\"c", 5), std::string_view("\0\0z", 3)), text("a", "");
    number(18446744073709551615u), number(9223372036854775808u), number(7);
    pick(mask::LOW), pick(mask::HIGH), pick(mask::ALL), pick((mask)((1ull << 63) + 5));
    pointers(nullptr, nullptr), pointers(&one, "there");
}
EOF2
"$CALLTAPE" cc g++ -O0 -g -o edges edges.cpp || fail "no program"
"$CALLTAPE" record --exclude 're:std::|__gnu_cxx::' $(printf -- '--args %s ' text number pick pointers real letter) \
    --returns number --returns pick -o t.tape -- ./edges 2>said || fail "$(cat said)"

told() { # WHAT TEXT...: of the file `told`
    local what=$1 text
    shift
    for text; do
        grep -qF -e "$text" told || fail "$what: not told: $text: $(cat told)"
    done
}
query() { "$CALLTAPE" query --format csv t.tape "$1" 2>&1 | tail -n +2; }
count() { "$CALLTAPE" query --where "$1" --format csv t.tape 'select count(*) from calls' 2>&1 | tail -1; }

for verb in "replay --all" "tree --calls"; do
    "$CALLTAPE" $verb t.tape >told 2>/dev/null
    told "$verb" 's="a\0b\"c", v="\0\0z"' 's="a", v=""' 'n=18446744073709551615' ' = 9223372036854775808' 'm=HIGH' 'm=ALL' \
        'm=9223372036854775813' 'p=0x0, s=NULL' 'r=0)' 'r=-0)' 'r=nan' 'r=inf' 'r=-inf' "c='\\''" "c='\\\\'" "c='\"'" "c='a'" 'c=10'
done
"$CALLTAPE" replay --format json t.tape 2>/dev/null >told
told JSON '"a\u0000b\"c"' '"\u0000\u0000z"' '"value":18446744073709551615' '"value":"9223372036854775813"'
"$CALLTAPE" report --by-arg s --format csv t.tape 2>/dev/null >told
told --by-arg 'a\0b'
"$CALLTAPE" report --by-arg r --format csv t.tape 2>/dev/null | grep ^real | cut -d, -f5 >told
expect_equal "rows of --by-arg r" "-0 -inf 0 1.5 inf nan" "$(LC_ALL=C sort told | xargs)"
"$CALLTAPE" report --by-arg c t.tape >told 2>/dev/null
told "--by-arg c" "c='\\''" "c='\\\\'"

expect_equal "texts in SQL" 'a\0b"c \0\0z' "$(query "select args ->> 's' || ' ' || (args ->> 'v') from calls where name = 'text' limit 1" |
    sed 's/^"//; s/"$//; s/""/"/g')"
expect_equal "large numbers in SQL" "18446744073709551615 9223372036854775808 7" \
    "$(query "select args ->> 'n' from calls where name = 'number'" | tr -d '"' | xargs)"
expect_equal "their types" "text text integer" \
    "$(query "select typeof(args ->> 'n') from calls where name = 'number'" | xargs)"
expect_equal "enumerators in SQL" "1 9223372036854775808 18446744073709551615 9223372036854775813" \
    "$(query "select args ->> 'm' from calls where name = 'pick'" | tr -d '"' | xargs)"

expect_equal "a large number, compared" "1 0" \
    "$(query "select sum(args ->> 'n' = '18446744073709551615'), sum(args ->> 'n' = '18446744073709551614') from calls" |
        tr ',' ' ')"
expect_equal "what are no numbers in SQL" "nan inf -inf" \
    "$(query "select args ->> 'r' from calls where name = 'real' and typeof(args ->> 'r') = 'text'" | xargs)"
expect_equal "numbers in SQL" "1.5" "$(query "select sum(args ->> 'r') from calls where typeof(args ->> 'r') = 'real'")"

while read -r expected condition; do
    expect_equal "$condition" "$expected" "$(count "$condition")"
done <<'EOF2'
1 c == '\''
1 c == '\\'
1 s == "a\0b\"c"
0 s == "a\0b"
2 s ~ "a*"
1 s ~ "*c"
1 v ~ "re:z$"
1 v == "\0\0z"
2 n >= 9223372036854775808
1 n == 18446744073709551615
1 m == HIGH
3 m >= HIGH
3 ret >= HIGH && ret == m
1 m > HIGH && m != ALL
1 p == NULL
1 p != nullptr
1 s == NULL
1 s != NULL && p != 0
EOF2

# The members of a structure that a function gives back are ret.a and so on; what is all of a result is ret.
cat >parts.c <<'EOF2'
struct pair { int a; double b; };
static volatile int used;
__attribute__((noinline)) struct pair make(int n) { return (struct pair){n, used = n * n}; }
__attribute__((noinline)) int half(int n) { return used = n / 2; }
int main(void) { for (int n = 1; n <= 512; n *= 2) for (int k = 0; k < n; k++) make(n), half(n); }
EOF2
"$CALLTAPE" cc gcc -O0 -g -o parts parts.c || fail "no program"
"$CALLTAPE" record --returns make --returns half --args half -o t.tape -- ./parts 2>said || fail "$(cat said)"
while read -r expected condition; do
    expect_equal "$condition" "$expected" "$(count "$condition")"
done <<'EOF2'
64 ret.a == 64
32 ret.b == 1024
1016 ret.a >= 8 && ret.b < 2e9 && ret.a < 1000 && ret.a != 1e9
512 ret == 256
0 ret == 3
EOF2
expect_equal "sums in SQL" "349525 349525" \
    "$(query "select sum(args ->> '\$.\"ret.a\"'), 2 * sum(args ->> 'ret') + 1 from calls" | tr ',' ' ' | sed 's/\.0//g')"
"$CALLTAPE" query t.tape .schema >told
told schema "args ->> '\$.\"ret.a\"'" "args ->> '\$.\"ret.b\"'" "args ->> 'ret'"
"$CALLTAPE" report --by-arg ret.a --format csv t.tape 2>/dev/null >told
expect_equal "rows of --by-arg ret.a" 10 "$(grep -c make told)"
"$CALLTAPE" growth --all t.tape >told 2>/dev/null
grep -qF ret.a told || fail "growth: $(cat told)"
"$CALLTAPE" report --where 'ret.c == 1' t.tape >told 2>&1 && fail "ret.c is known"
told "a wrong member" "did you mean 'ret."
