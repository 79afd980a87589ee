# pthread_exit and cancellation in the depths, with cleanup handlers that call.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build thread_ends $compiler
    record_and_compare ./thread_ends
    expect_tree "$ROOT/tests/e2e/thread_ends.tree"
done
