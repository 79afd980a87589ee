# A daemon and its child go on after the program has ended; both are in the tape.
. "$ROOT/tests/e2e/lib.sh"
build daemon gcc -O2
status=0
"$CALLTAPE" record -o t.tape -- ./daemon || status=$?
expect_equal "exit status" 5 "$status"
wait_for_file "$COUNTS"
expect_counts
expect_nothing_lost
