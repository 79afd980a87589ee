# record --full overwrite: the newest calls that the buffer has room for, under their callers, and the others counted.
. "$ROOT/tests/e2e/lib.sh"
build flood gcc -O2

start() { # ARGUMENT...: the recording of a flood that waits to begin
    rm -rf ready go done end t.tape* "$COUNTS"
    "$CALLTAPE" record --full overwrite --buffer 2M -o t.tape -- ./flood 3000000 ready go done end "$@" 2>said &
    recorder=$!
    wait_for_file ready
    touch go
    wait_for_file done
}

calls_of() { # FUNCTION [TAPE]
    "$CALLTAPE" report --format json "${2:-t.tape}" 2>/dev/null | jq "[.[] | select(.function == \"$1\") | .calls] | add // 0"
}

expect_newest() { # TAPE: the last calls are there, the first is not, and no call stands without its callers
    expect_equal "last calls" 2 "$(calls_of last "$1")"
    expect_equal "first calls" 0 "$(calls_of first "$1")"
    local leaves
    leaves=$(calls_of leaf "$1")
    [ "$leaves" -gt 1000 ] && [ "$leaves" -lt 262144 ] || fail "$leaves calls of leaf are no buffer full"
    "$CALLTAPE" check "$1" >check.out || fail "check: $(cat check.out)"
    "$CALLTAPE" tree "$1" >tree.out
    grep -q "main" tree.out || fail "main is not in the tree"
    "$CALLTAPE" report "$1" >report.out
    ! grep -q "no recorded entry\|damage" report.out || fail "$(cat report.out)"
    grep -q "older events are counted, but not here" report.out || fail "not said: $(cat report.out)"
    expect_summaries "$1"
}

overwritten() { # TAPE: events that its threads say were overwritten
    "$CALLTAPE" replay --format json "$1" | jq -s '[.. | objects | select(.kind? == "overwritten") | .events] | add'
}

# To its end: kept and overwritten are all.
start
touch end
wait $recorder || fail "record: status $?"
expect_newest t.tape
calls=$(awk '{n += $NF} END {print n}' "$COUNTS")
expect_equal "events kept and overwritten" $((2 * calls)) $(($(info .events) + $(overwritten t.tape)))
grep -q "overwritten" said || fail "record did not say it: $(cat said)"
grep -q "nothing lost" said || fail "something was lost: $(cat said)"
[ "$(stat -c %s t.tape)" -lt 1000000 ] || fail "the tape is $(stat -c %s t.tape) bytes"

# Looked at while it goes on; then the program is killed.
start killed
"$CALLTAPE" check --repair -o now.tape t.tape >/dev/null || fail "no look at a recording that goes on"
expect_newest now.tape
touch end
wait $recorder && fail "the program was to be killed"
expect_newest t.tape

# The recorder is killed: the buffer is still there.
start
kill -KILL $recorder
wait $recorder 2>/dev/null || true
touch end
wait_for_file "$COUNTS"
sleep 0.1
"$CALLTAPE" check --repair -o repaired.tape t.tape >/dev/null || fail "no repair"
expect_newest repaired.tape
