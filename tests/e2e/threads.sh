# 10,000 short threads, 64 at once.
. "$ROOT/tests/e2e/lib.sh"
build threads gcc -O2
record_and_compare ./threads
expect_info '.threads' 10001
build threads clang -O0
record_and_compare ./threads
