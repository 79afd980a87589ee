# record --full overwrite with more threads than the buffer has room for: each has a chunk, and one that stands for what
# was overwritten of it. The program goes on, and what is kept lies within the recording, killed or not.
. "$ROOT/tests/e2e/lib.sh"
build waiting_threads gcc -O2

for how in "" killed; do
    rm -f "$COUNTS"
    status=0
    timeout 120 "$CALLTAPE" record --full overwrite --buffer 1M -o t.tape -- ./waiting_threads 24 4000 $how 2>said || status=$?
    [ $status != 124 ] || fail "the program hangs"
    "$CALLTAPE" check t.tape >check.out || fail "$(cat check.out)"
    lasted=$(info .duration_ns)
    total=$("$CALLTAPE" report --format json t.tape 2>/dev/null | jq '[.[].self_ns] | add')
    [ "$total" -le $((25 * lasted)) ] || fail "25 threads took $total ns in a recording of $lasted"
    "$CALLTAPE" replay --format json t.tape 2>/dev/null >replay.json
    # Of threads that ended all may have been overwritten.
    [ -z "$how" ] || expect_equal "threads that stay" 24 "$(jq -r 'select(.function == "stay") | .thread' replay.json | sort -u | wc -l)"
    jq -e -s 'map(select(.function == "leaf")) | length > 0' replay.json >/dev/null || fail "nothing was kept of the last calls"
done
