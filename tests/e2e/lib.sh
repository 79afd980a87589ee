# For the scripts of this folder. Each runs in a fresh directory; CALLTAPE, ROOT and BUILD are set.
#
#   build TARGET COMPILER [FLAGS]       ./TARGET from tests/targets/TARGET.c or .cpp, traced; COMPILER is gcc or clang
#   library FILE TARGET COMPILER [FLAGS] ./FILE, a shared library, likewise
#   untraced TARGET COMPILER [FLAGS]    ./TARGET.o without instrumentation, for the EXTRA of a build
#   record_and_compare COMMAND...       records t.tape: same behaviour as untraced, counts right, nothing lost
#   skip REASON                         ends the test
set -eu
TARGETS=$ROOT/tests/targets
FLAGS="-g -Wall -Wextra -Werror -D_GNU_SOURCE -pthread"
INSTRUMENT=-finstrument-functions
EXTRA=
export COUNTS=$PWD/counts

fail() {
    echo "FAIL: $*"
    exit 1
}

skip() {
    echo "$*"
    exit 77
}

source_of() {
    if [ -e "$TARGETS/$1.cpp" ]; then echo "$TARGETS/$1.cpp"; else echo "$TARGETS/$1.c"; fi
}

# The compiler for a source, and its standard.
driver() {
    case $1:$2 in
    gcc:*.cpp) echo "g++ -std=c++17" ;;
    clang:*.cpp) echo "clang++ -std=c++17" ;;
    *) echo "$1 -std=gnu11" ;;
    esac
}

untraced() {
    local source target=$1 compiler=$2
    shift 2
    source=$(source_of "$target")
    $(driver "$compiler" "$source") $FLAGS "$@" -fPIC -c "$source" -o "$target.o"
}

build() {
    local source target=$1 compiler=$2
    shift 2
    source=$(source_of "$target")
    untraced count "$compiler"
    $(driver "$compiler" "$source") $FLAGS $INSTRUMENT "$@" -o "$target" "$source" count.o $EXTRA -rdynamic
}

library() {
    local source file=$1 target=$2 compiler=$3
    shift 3
    source=$(source_of "$target")
    untraced count "$compiler"
    $(driver "$compiler" "$source") $FLAGS $INSTRUMENT "$@" -shared -fPIC -o "$file" "$source" count.o
}

# `function calls` lines, summed by function. C++ names keep their scope, not their parameters.
sum_counts() {
    awk '{n = $NF; sub(/ [0-9]+$/, ""); sum[$0] += n} END {for (f in sum) print f, sum[f]}' | LC_ALL=C sort
}
