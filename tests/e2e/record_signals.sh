# INT, TERM and HUP sent to the recorder reach the program, which decides what they mean.
. "$ROOT/tests/e2e/lib.sh"
build steady gcc -O2
set -m # else the shell starts background commands with INT ignored
for signal in INT TERM HUP; do
    rm -f half go out t.tape "$COUNTS"
    "$CALLTAPE" record -o t.tape -- ./steady half go >out 2>err &
    recorder=$!
    wait_for_file half
    kill -$signal $recorder
    tries=0
    until grep -q signal out; do
        sleep 0.05
        tries=$((tries + 1))
        [ $tries -lt 1200 ] || fail "SIG$signal did not reach the program"
    done
    touch go
    status=0
    wait $recorder || status=$?
    expect_equal "status after SIG$signal" 3 "$status"
    expect_counts
    expect_nothing_lost
done

# After its end they end what the recorder does for later reports only (in a quarter of the time that the recording took:
# hence the second). Of four that wait together with the news of the
# end at most two are taken before that.
rm -f half go out t.tape "$COUNTS"
"$CALLTAPE" record -o t.tape -- ./steady half go >out 2>err &
recorder=$!
wait_for_file half
sleep 1
kill -STOP $recorder
touch go
until cat /proc/[0-9]*/status 2>/dev/null | grep -A9 '^State:.Z' | grep -q "^PPid:.$recorder$"; do sleep 0.05; done
kill -HUP $recorder
kill -INT $recorder
kill -QUIT $recorder
kill -TERM $recorder
kill -CONT $recorder
status=147 # that it was stopped
while [ $status = 147 ]; do
    status=0
    wait $recorder || status=$?
done
expect_equal "status after its end" 3 "$status"
grep -q 'summing up was stopped' err || fail "summing up was not stopped: $(cat err)"
expect_counts
expect_nothing_lost
