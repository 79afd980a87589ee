# Calls that stand within frames that jumps and exceptions left: each is recorded, wherever it is placed, and the hooks
# come to an end: two stacks may each take a call for one of the other's.
. "$ROOT/tests/e2e/lib.sh"

for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build left_within $compiler
    record_and_compare ./left_within 0 40
done
