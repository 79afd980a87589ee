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
