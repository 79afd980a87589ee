# record --full drop: a program whose recorder has stopped goes on without waiting, and each event is kept or counted.
. "$ROOT/tests/e2e/lib.sh"
build flood gcc -O2
for clock in adaptive exact; do
    rm -f ready go done end "$COUNTS"
    "$CALLTAPE" record --full drop --buffer 1M --clock $clock -o t.tape -- ./flood 1000000 ready go done end 2>said &
    recorder=$!
    wait_for_file ready
    kill -STOP $recorder
    touch go
    wait_for_file done
    kill -CONT $recorder
    touch end
    wait $recorder || fail "record: status $?"
    calls=$(awk '{n += $NF} END {print n}' "$COUNTS")
    lost=$(info .lost_events)
    [ "$lost" -gt 0 ] || fail "nothing was dropped, though the recorder had stopped"
    expect_equal "events kept and lost" $((2 * calls)) $(($(info .events) + lost))
    tr -d , <said | grep -q " $lost lost" || fail "record did not say it: $(cat said)"
    "$CALLTAPE" check t.tape || fail "not sound"
    expect_summaries
    "$CALLTAPE" report t.tape >report.out
    grep -q "waited" report.out && fail "threads waited"
    true
done
