# The recorder is killed: the program goes on to its end undisturbed, and what was recorded is read all the same.
. "$ROOT/tests/e2e/lib.sh"
build steady gcc -O2
"$CALLTAPE" record -o t.tape -- sh -c './steady half go >out 2>err; echo $? >status.new; mv status.new status' &
recorder=$!
wait_for_file half
kill -KILL $recorder
wait $recorder 2>/dev/null || true
touch go
wait_for_file status
expect_equal "the program's status" 3 "$(cat status)"
expect_equal "the program's output" "first half second half" "$(paste -sd' ' out)"
expect_equal "the program's errors" "" "$(cat err)"
[ ! -e t.tape ] || fail "there is a t.tape, but nobody finished one"

# By any verb, and as a repaired tape.
for verb in tree replay check; do
    "$CALLTAPE" $verb t.tape >$verb.out || [ $verb = check ] || fail "$verb: status $?"
    [ -s $verb.out ] || fail "$verb said nothing"
done
expect_counts t.tape
expect_equal "lost events" 0 "$(info .lost_events t.tape)"
"$CALLTAPE" check --repair -o repaired.tape t.tape || fail "no repair"
expect_counts repaired.tape
"$CALLTAPE" check repaired.tape
