# Programs that take away what a tracer might lean on.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O2" "clang -O0"; do
    build hardship $compiler
    for what in fds directory environment limits raised signals "fds environment signals directory limits"; do
        record_and_compare ./hardship $what
        expect_equal "$what: exit status" 0 "$STATUS"
    done
    [ "$(id -u)" = 0 ] || continue
    for what in root user "fds environment limits root user signals"; do
        record_and_compare ./hardship $what
        expect_equal "$what: exit status" 0 "$STATUS"
    done
done
