# The program, or the recorder, is killed: what was left out until then is counted; without a recorder nothing is asked.
. "$ROOT/tests/e2e/lib.sh"
build steady gcc -O2
"$CALLTAPE" record --exclude '*' -o t.tape -- sh -c './steady half go >out 2>err; echo $? >status.new; mv status.new status' &
recorder=$!
wait_for_file half
kill -KILL $recorder
wait $recorder 2>/dev/null || true
touch go
wait_for_file status
expect_equal "the program's status" 3 "$(cat status)"
expect_equal "the program's output" "first half second half" "$(paste -sd' ' out)"
expect_counts t.tape
"$CALLTAPE" check --repair -o repaired.tape t.tape || fail "no repair"
expect_counts repaired.tape

# Functions that were met before the recorder died are left out to the end.
expect_equal "functions recorded" "second_half" "$("$CALLTAPE" report --format json t.tape 2>/dev/null | jq -r '.[].function')"

# By shared counters: what a killed program's counts are, give or take the call in flight.
build killed gcc -O2
rm -f "$COUNTS" t.tape
"$CALLTAPE" record --exclude "*" -o k.tape -- ./killed 1
expect_equal "calls recorded" 0 "$(info .calls k.tape)"
awk '{begun += $2; returned += $3} END {print begun, returned}' "$COUNTS" >bounds
read -r begun returned <bounds
made=$(info '[.unrecorded[].calls] | add' k.tape)
[ "$made" -le "$begun" ] && [ "$made" -ge "$returned" ] || fail "$made calls counted, $returned returned, $begun begun"
