# Calls from code that is not traced, in every way that they end: the tree is exact, with both clocks, and where signals
# come at any instruction.
. "$ROOT/tests/e2e/lib.sh"

# Without what the timer's handler called, wherever that was.
expect_tree_but_timed() {
    recorded_tree >recorded.tree
    awk 'BEGIN { within = -1 }
        { match($0, /^ */) }
        within >= 0 && RLENGTH > within { next }
        { within = $1 ~ /^timed/ ? RLENGTH : -1 }
        within < 0' recorded.tree | diff -u "$ROOT/tests/e2e/outside.tree" - || fail "the call tree is another"
}

for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build outside $compiler
    for signals in "" signals; do
        record_and_compare ./outside 1000 $signals
        expect_tree_but_timed
        compare_recorded "--clock exact" 0 ./outside 1000 $signals
        expect_tree_but_timed
    done
done
