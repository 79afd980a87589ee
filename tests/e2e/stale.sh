# Frames that a jump left are not taken for callers though the stack still holds them.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O1" "gcc -O2" "gcc -Os" "clang -O0" "clang -O2"; do
    build stale $compiler
    record_and_compare ./stale
    expect_tree "$ROOT/tests/e2e/stale.tree"
    expect_jumped "between 400
jump 400"
done
