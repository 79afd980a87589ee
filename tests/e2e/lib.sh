# For the scripts of this folder. Each runs in a fresh directory; CALLTAPE, ROOT and BUILD are set.
#
#   build TARGET COMPILER [FLAGS]         ./TARGET from tests/targets/TARGET.c or .cpp, traced; COMPILER: gcc or clang.
#                                         EXTRA holds further objects and libraries
#   library FILE TARGET COMPILER [FLAGS]  ./FILE, a shared library, likewise
#   untraced TARGET COMPILER [FLAGS]      ./TARGET.o, not traced
#   record_and_compare COMMAND...         records t.tape: same behaviour as untraced, counts right, nothing lost; with
#                                         both clocks and the smallest buffer, the last time as by default. OPTIONS
#                                         holds further options of record
#   expect_counts, expect_nothing_lost, expect_summaries, expect_info, expect_tree, expect_jumped   questions to t.tape
#   skip REASON                           ends the test
set -eu
shopt -s inherit_errexit
TARGETS=$ROOT/tests/targets
FLAGS="-g -Wall -Wextra -Werror -D_GNU_SOURCE -pthread"
EXTRA=
OPTIONS=
OURS='^calltape( [a-z]+)?: ' # how a line of calltape's own begins on standard error
export COUNTS=$PWD/counts

fail() {
    echo "FAIL: $*"
    exit 1
}

skip() {
    echo "$*"
    exit 77
}

expect_equal() { # WHAT EXPECTED ACTUAL
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

source_of() {
    if [ -e "$TARGETS/$1.cpp" ]; then echo "$TARGETS/$1.cpp"; else echo "$TARGETS/$1.c"; fi
}

# The compiler for a source, with its standard.
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
    $(driver "$compiler" "$source") $FLAGS -finstrument-functions "$@" -o "$target" "$source" count.o $EXTRA
}

library() {
    local source file=$1 target=$2 compiler=$3
    shift 3
    source=$(source_of "$target")
    untraced count "$compiler"
    $(driver "$compiler" "$source") $FLAGS -finstrument-functions "$@" -shared -fPIC -o "$file" "$source" count.o
}

# `function calls` lines, summed by function.
sum_counts() {
    awk '{n = $NF; sub(/ [0-9]+$/, ""); if (n > 0) sum[$0] += n} END {for (f in sum) print f, sum[f]}' | LC_ALL=C sort
}

# What filters of record left out was counted all the same. Waits are no function's calls.
recorded_counts() { # TAPE
    { "$CALLTAPE" report --format json --limit 0 "$1" | jq -r '.[] | "\(.function) \(.calls)"'
        info '.unrecorded[] | "\(.function) \(.calls)"' "$1"; } | grep -v '^\[wait: ' | sum_counts
}

expect_counts() { # the tape's calls by function are those of the program's books
    sum_counts <"$COUNTS" >expected.counts
    recorded_counts "${1:-t.tape}" >recorded.counts
    diff -u expected.counts recorded.counts || fail "calls recorded are not the calls made"
}

info() { # FILTER: of info's JSON
    "$CALLTAPE" info --format json "${2:-t.tape}" | jq -r "$1"
}

expect_info() { # FILTER VALUE
    expect_equal "info $1" "$2" "$(info "$1")"
}

expect_nothing_lost() {
    expect_equal "lost events" 0 "$(info .lost_events "${1:-t.tape}")"
    "$CALLTAPE" check "${1:-t.tape}" >check.out 2>&1 || fail "check: $(cat check.out)"
}

# Runs COMMAND untraced and recorded; what it prints, its status and its books must not differ. STATUS is its status.
# What calltape itself says on standard error goes to said.
record_and_compare() {
    local status=0
    rm -f "$COUNTS"
    "$@" >plain.out 2>plain.err || status=$?
    compare_recorded "--clock exact" "$status" "$@"
    compare_recorded "--buffer 1M" "$status" "$@"
    compare_recorded "" "$status" "$@"
}

compare_recorded() { # HOW STATUS COMMAND...
    local how="$OPTIONS $1" status=$2
    shift 2
    rm -f "$COUNTS" t.tape
    STATUS=0
    "$CALLTAPE" record $how -o t.tape -- "$@" >traced.out 2>traced.all || STATUS=$?
    grep -E "$OURS" traced.all >said || true
    grep -vE "$OURS" traced.all >traced.err || true
    diff -u plain.out traced.out || fail "$*: other standard output with record $how"
    diff -u plain.err traced.err || fail "$*: other standard error with record $how"
    expect_equal "$* exit status with record $how" "$status" "$STATUS"
    [ -e "$COUNTS" ] || fail "$* left no books"
    expect_counts
    expect_nothing_lost
    expect_summaries
}

# A report made of summaries is that made of all events: of the tape as recorded, and of one where none is missing.
expect_summaries() { # [TAPE]
    local tape=${1:-t.tape} each work
    work=$(mktemp -d)
    "$CALLTAPE" check --repair -o "$work/whole.tape" "$tape" >/dev/null 2>&1 || fail "no repair of $tape"
    for each in "$tape" "$work/whole.tape"; do
        "$CALLTAPE" report --format json "$each" >"$work/told" 2>&1
        "$CALLTAPE" report --format json --no-summary "$each" >"$work/read" 2>&1
        cmp -s "$work/told" "$work/read" || fail "a summary says otherwise: $(diff "$work/told" "$work/read" | head -n 5)"
    done
    rm -r "$work"
}

# The merged tree, children by name: `  name calls`, two spaces a level.
recorded_tree() {
    "$CALLTAPE" tree --format json --min-percent 0 t.tape | jq -r '
        def lines(indent): sort_by(.function)[] | "\(indent)\(.function) \(.calls)", (.children | lines(indent + "  "));
        .processes[].children | lines("")'
}

expect_tree() { # FILE
    recorded_tree >recorded.tree
    diff -u "$1" recorded.tree || fail "the call tree is another"
}

# By function, how many calls ended by a jump.
expect_jumped() { # "function calls" lines
    "$CALLTAPE" tree --format json --min-percent 0 t.tape |
        jq -r '.. | objects | select(.jumped? > 0) | "\(.function) \(.jumped)"' | sum_counts >recorded.jumped
    sum_counts <<<"$1" | diff -u - recorded.jumped || fail "other calls ended by a jump"
}

wait_for_file() {
    local tries=0
    until [ -e "$1" ]; do
        sleep 0.05
        tries=$((tries + 1))
        [ $tries -lt 2400 ] || fail "no $1 appeared"
    done
}
