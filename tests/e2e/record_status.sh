# record's exit status is the program's.
. "$ROOT/tests/e2e/lib.sh"
build hello gcc -O2

status_of() { # EXPECTED COMMAND...
    local expected=$1 status=0
    shift
    rm -f t.tape
    "$CALLTAPE" record -o t.tape -- "$@" >out 2>err || status=$?
    [ "$status" = "$expected" ] || fail "$*: status $status, not $expected: $(cat err)"
}
for status in 0 1 42 125 126 127 128 255; do
    status_of $status ./hello $status
done
for signal in 1 2 6 9 11 13 15; do
    status_of $((128 + signal)) ./hello 0 $signal
    expect_counts_hello=$(recorded_counts t.tape)
    expect_equal "calls before signal $signal" "greet 2 main 1" "$(paste -sd' ' <<<"$expect_counts_hello")"
done

# As the shell does: 127 where there is no such program, 126 where it can't be executed.
status_of 127 ./absent
status_of 127 no-such-program-in-the-path
echo "no program" >text
status_of 126 ./text
chmod +x text
mkdir folder
status_of 126 ./folder

# Found in the path, as typed.
mkdir bin
cp hello bin/found-in-path
PATH=$PWD/bin:$PATH status_of 7 found-in-path 7

# Wrong usage.
status=0
"$CALLTAPE" record 2>err || status=$?
expect_equal "status without a program" 2 "$status"
status=0
"$CALLTAPE" record --no-such-option -- ./hello 2>err || status=$?
expect_equal "status of a wrong option" 2 "$status"
