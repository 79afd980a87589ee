# fork with threads running: children, their threads, grandchildren, by exit and by _exit.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build forks $compiler
    record_and_compare ./forks
    expect_info '.processes' 31
done
