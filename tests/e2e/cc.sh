# The flags of `calltape cc` do what they are for with every gcc and clang that is installed.
. "$ROOT/tests/e2e/lib.sh"
export XDG_CACHE_HOME=$PWD/cache

cat >prog.c <<'SRC'
#include <byteswap.h>
#include <ctype.h>
#include <mm_malloc.h>
#include <stdio.h>
#include <string.h>
static inline int square(int n) { return n * n; }
static int add(int a, int b) { return a + b; }
static int count_down(int n, int sum) { return n == 0 ? sum : count_down(n - 1, sum ^ n); }
int main(int argc, char **argv)
{
    volatile int sum = 0;
    char text[16];
    for (int i = 0; i < 10; i++) {
        sum = add(sum, tolower('A' + i)) + square(sum + i) + (int)bswap_32((unsigned)(sum + i));
        memcpy(text, argv[0], (size_t)argc);
    }
    void *memory = _mm_malloc(64, 16);
    _mm_free(memory);
    printf("%d\n", count_down(argc + 99, 0) != sum);
    return 0;
}
SRC
cat >prog.cpp <<'SRC'
#include <algorithm>
#include <map>
#include <string>
#include <vector>
struct Point { int x; int get() const { return x; } };
static int weigh(const std::map<std::string, int> &weights)
{
    int sum = 0;
    for (auto &each : weights)
        sum += each.second;
    return sum;
}
template <class T> T first(std::vector<T> values)
{
    std::sort(values.begin(), values.end());
    return values[0];
}
int main(int argc, char **argv)
{
    std::map<std::string, int> weights;
    for (int i = 0; i < 50; i++)
        weights[argv[0] + std::to_string(i)] += i;
    Point point{argc - 1};
    return weigh(weights) - 1225 + first(std::vector<int>{3, 1 - argc, 2}) + point.get();
}
SRC
cat >prog.f90 <<'SRC'
program prog
  integer :: i
  do i = 1, 5
    call show(i)
  end do
contains
  subroutine show(n)
    integer, intent(in) :: n
    if (n > 5) print *, n
  end subroutine
end program
SRC

traced() { # CC-ARGUMENTS: builds and records prog; its calls by function are in `calls`
    "$CALLTAPE" cc "$@" -Wall -Werror -o prog || fail "$*: not compiled"
    rm -f t.tape
    "$CALLTAPE" record -o t.tape -- ./prog >out 2>&1 || fail "$*: $(cat out)"
    recorded_counts t.tape >calls
}

expect_calls() { # LINE...: among the calls
    local line
    for line; do
        grep -qxF "$line" calls || fail "expected '$line' among: $(cat calls)"
    done
}

expect_only() { # LINE...
    diff -u <(printf '%s\n' "$@" | LC_ALL=C sort) calls || fail "other calls than expected"
}

total() {
    awk '{n += $NF} END {print n}' calls
}

try_c() { # COMPILER
    local own=("main 1" "add 10" "count_down 101")
    for level in -O0 "-O2 -D_FORTIFY_SOURCE=2"; do
        traced "$1" $level prog.c
        case $1$level in
        *clang*-O2*) expect_only "${own[@]}" ;;
        *clang*) expect_calls "${own[@]}" "square 10" ;; # at -O0 clang's headers stay
        *) expect_only "${own[@]}" "square 10" ;;
        esac
        traced --system-headers "$1" $level prog.c
        expect_calls "${own[@]}" "square 10" "__bswap_32 10"
    done
}

try_cpp() { # COMPILER
    local few
    traced "$1" -std=c++17 -O2 prog.cpp
    expect_calls "main 1" "weigh 1"
    case $1 in
    *clang*) grep -q '^Point::get' calls && fail "a function in a class body is traced" ;;
    *) expect_only "main 1" "weigh 1" "$(grep '^int first\|^first' calls)" "$(grep Point::get calls)" ;;
    esac
    few=$(total)
    traced --system-headers "$1" -std=c++17 -O2 prog.cpp
    [ "$(total)" -gt $((2 * few)) ] || fail "$1 --system-headers: only $(total) calls after $few"
}

versions_of() { # NAME: it, with versions and a target in front
    ls /usr/bin 2>/dev/null | grep -E "^$1(-[0-9.]+)?$|^$(uname -m)-linux-gnu-$1$" || true
}

for compiler in $(versions_of gcc) $(versions_of clang); do try_c "$compiler"; done
for compiler in $(versions_of 'g[+][+]') $(versions_of 'clang[+][+]'); do try_cpp "$compiler"; done
for compiler in $(versions_of gfortran); do
    traced "$compiler" -O0 prog.f90
    grep -qE '^show(\.[0-9]+)? 5$' calls || fail "$compiler: other calls than expected: $(cat calls)"
done

# By an absolute path, and by a launcher.
traced "$(command -v gcc)" -O2 prog.c
expect_calls "square 10"
if command -v ccache >/dev/null; then
    for round in 1 2; do
        CCACHE_DIR=$PWD/ccache "$CALLTAPE" cc ccache gcc -O2 -c prog.c
        gcc -o prog prog.o
        "$CALLTAPE" record -o t.tape -- ./prog >out 2>&1
        recorded_counts t.tape >calls
        expect_calls "square 10"
    done
fi

# It is the compiler: process, standard input, exit status, signal.
printf '#!/bin/sh\n[ "$1" = -v ] && exec gcc -v\necho $$ >pid\ncat\nkill -TERM $$\n' >fatal
chmod +x fatal
status=0
(sh -c 'echo $$ >expected; exec "$0" cc ./fatal -c prog.c' "$CALLTAPE" <prog.c >out) 2>err || status=$?
expect_equal "status of a killed compiler" 143 "$status"
expect_equal "its process" "$(cat expected)" "$(cat pid)"
cmp prog.c out || fail "standard input was not the compiler's"
status=0
echo 'nonsense' | "$CALLTAPE" cc gcc -c -x c - 2>err || status=$?
expect_equal "status of a failed compiler" 1 "$status"
grep -q "error: " err || fail "no error of the compiler: $(cat err)"

# A program's answer is kept, for as long as the program is the same file; without a place to keep it, all works.
cp "$(realpath "$(command -v gcc)")" own-gcc
gcc_flags=$("$CALLTAPE" cflags gcc)
expect_equal "first answer" "$gcc_flags" "$("$CALLTAPE" cflags ./own-gcc)"
for link in cache/calltape/*; do ln -sfT clang "$link"; done
[ "$("$CALLTAPE" cflags ./own-gcc)" != "$gcc_flags" ] || fail "the answer kept is not used"
cp own-gcc another && mv another own-gcc
expect_equal "another file's answer" "$gcc_flags" "$("$CALLTAPE" cflags ./own-gcc)"
for link in cache/calltape/*; do ln -sfT nonsense "$link"; done
expect_equal "answer after damage" "$gcc_flags" "$("$CALLTAPE" cflags ./own-gcc)"
expect_equal "answer without a cache" "$gcc_flags" "$(XDG_CACHE_HOME=/dev/null/cache "$CALLTAPE" cflags gcc)"
expect_equal "answer without a home" "$gcc_flags" "$(env -u XDG_CACHE_HOME -u HOME "$CALLTAPE" cflags gcc)"
