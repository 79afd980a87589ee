# Functions whose callers are left out, and whose frames hold older copies of their return addresses, are whole calls.
. "$ROOT/tests/e2e/lib.sh"

expect_whole_calls() {
    "$CALLTAPE" report t.tape >report.out 2>&1
    ! grep -E "no recorded entry|ended by a jump" report.out || fail "a call without its begin or end"
}

for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build first_copies $compiler
    for OPTIONS in "--function re:^(large|leaf|mark)$" "--exclude main" ""; do
        record_and_compare ./first_copies
        expect_whole_calls
    done
done
