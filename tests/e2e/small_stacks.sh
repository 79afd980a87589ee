# Threads on stacks of PTHREAD_STACK_MIN, interrupted by signals.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build small_stacks $compiler
    record_and_compare ./small_stacks
done
