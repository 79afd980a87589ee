# A small real project, for the tests of `calltape cc` under build systems: C, C++ with templates of the standard
# library, assembler, a configured header. Sourced after lib.sh.
#
#   cc_project          writes it into the current directory
#   cc_compilers        sets and exports CC and CXX (they find calltape by its name) and a cache of their own
#   expect_project CMD  records CMD: its output, and every call of the project's own functions, no others

cc_compilers() {
    mkdir -p bin
    ln -sf "$CALLTAPE" bin/calltape
    export PATH=$PWD/bin:$PATH XDG_CACHE_HOME=$PWD/cache CC="calltape cc ${1:-gcc}" CXX="calltape cc ${2:-g++}"
    unset CFLAGS CXXFLAGS CPPFLAGS LDFLAGS DESTDIR
}

cc_project() {
    cat >main.c <<'SRC'
#include "config.h"
#include <stdio.h>
int twice(int n);
int thrice(int n);
int words(const char *text);
int main(void)
{
    printf("%d %d\n", twice(twice(thrice(1))) + ADD, words("a b a"));
    return HAVE_STDINT_H ? 0 : 1;
}
SRC
    echo 'int twice(int n) { return 2 * n; }' >twice.c
    cat >words.cpp <<'SRC'
#include <map>
#include <sstream>
#include <string>
extern "C" int words(const char *text)
{
    std::map<std::string, int> counts;
    std::istringstream stream(text);
    for (std::string word; stream >> word;)
        counts[word]++;
    return (int)counts.size();
}
SRC
    cat >thrice.S <<'SRC'
.globl thrice
thrice:
#ifdef __aarch64__
    add w0, w0, w0, lsl #1
#else
    leal (%rdi,%rdi,2), %eax
#endif
    ret
.section .note.GNU-stack,"",%progbits
SRC
}

expect_project() {
    rm -f t.tape
    "$CALLTAPE" record -o t.tape -- "$@" >out 2>said || fail "$*: $(cat out said)"
    expect_equal "output" "15 2" "$(cat out)"
    diff -u - <(recorded_counts t.tape | grep -v '^_GLOBAL__\|^__static_init') <<'COUNTS' || fail "other calls than those made"
main 1
twice 2
words 1
COUNTS
    "$CALLTAPE" report --format csv t.tape | grep -q 'std::' && fail "the C++ library's functions are traced"
    readelf -S "$1" | grep -q '\.debug_info' || fail "no debug information"
}
