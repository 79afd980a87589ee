# Hooks that signal handlers leave by a jump, or go on with in two processes: every call begins and ends as it did.
. "$ROOT/tests/e2e/lib.sh"

expect_calls_within() { # LESS MORE: recorded, than counted
    sum_counts <"$COUNTS" >expected.counts
    recorded_counts t.tape >recorded.counts
    join expected.counts recorded.counts >both.counts
    expect_equal "functions" "$(wc -l <expected.counts)" "$(wc -l <both.counts)"
    awk -v less="$1" -v more="$2" '$3 < $2 - less || $3 > $2 + more {print; bad = 1} END {exit bad}' both.counts ||
        fail "function, calls counted, calls recorded"
}

expect_whole_calls() {
    "$CALLTAPE" report t.tape >report.out 2>&1
    ! grep -E "no recorded entry|never ended" report.out || fail "a call without its begin or end"
    expect_nothing_lost
}

try() { # MODE LESS MORE OPTIONS...
    local mode=$1 less=$2 more=$3
    shift 3
    rm -f t.tape "$COUNTS"
    "$CALLTAPE" record "$@" -o t.tape -- ./left_hooks "$mode" "$SIGNALS" 2>said || fail "$mode: $(cat said)"
    expect_calls_within "$less" "$more"
    expect_whole_calls
}

for compiler in "gcc -O2" "clang -O0"; do
    build left_hooks $compiler
    for options in "--clock exact" "--clock adaptive --buffer 1M"; do
        SIGNALS=10000 try jump 0 10000 $options
        SIGNALS=100 try fork 100 0 $options
    done
done
