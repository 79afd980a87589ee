# longjmp and siglongjmp: the tree is exact and the frames that ended by a jump say so.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build jumps $compiler
    record_and_compare ./jumps
    expect_tree "$ROOT/tests/e2e/jumps.tree"
    expect_jumped "descend 5
ambiguous 4
jump_from_compare 1
in_handler 2
on_signal 2
interrupted 6
thrower 1000"
done
