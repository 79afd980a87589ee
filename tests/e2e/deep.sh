# Recursion 1,000,000 deep.
. "$ROOT/tests/e2e/lib.sh"
build deep gcc -O0
record_and_compare ./deep
build deep clang -O2
record_and_compare ./deep
