# A million signals whose handlers call traced functions, into threads that are in a hook most of the time.
. "$ROOT/tests/e2e/lib.sh"
build storm gcc -O2
record_and_compare ./storm 1000000
record_and_compare ./storm 200000 alternate
build storm clang -O0
record_and_compare ./storm 200000
