# Inlined functions whose hooks stand at different places, as arguments lie pushed at one of them.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O1" "gcc -O2" "gcc -O2 -mpush-args -mno-accumulate-outgoing-args" "gcc -Os" "clang -O2"; do
    build pushed $compiler
    record_and_compare ./pushed
    expect_tree "$ROOT/tests/e2e/pushed.tree"
    expect_jumped ""
done
