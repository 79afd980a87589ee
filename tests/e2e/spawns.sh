# vfork, exec of traced and untraced programs, exec that fails, exec by a thread, posix_spawn, exec in place.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build spawns $compiler
    record_and_compare ./spawns
done
