# Calls from destructors of thread-local objects and pthread keys.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build thread_locals $compiler
    record_and_compare ./thread_locals
    expect_info '.threads' 201
done
