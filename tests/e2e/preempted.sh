# Time in which the system ran something else is no call's: on one processor with a loop beside it, the program's books
# say how long it had none, and the tape tells no more than that, and some of it.
. "$ROOT/tests/e2e/lib.sh"
command -v taskset >/dev/null || skip "there is no taskset here"
processor=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
taskset -c "$processor" true || skip "processors can't be chosen here"
build preempted gcc -O2
taskset -c "$processor" sh -c 'while :; do :; done' &
busy=$!
trap 'kill "$busy"' EXIT

for clock in exact adaptive; do
    rm -f "$COUNTS"
    away=$(taskset -c "$processor" "$CALLTAPE" record --clock $clock -o t.tape -- ./preempted 2>record.err)
    expect_nothing_lost
    expect_counts
    "$CALLTAPE" replay --format json --function work t.tape 2>/dev/null >replay.json
    told=$(jq -s '[.[] | select(.kind == "preempted") | .duration_ns] | add // 0' replay.json)
    [ "$told" -gt 0 ] || fail "$clock: the program had no processor for $away ns, of which the tape tells nothing"
    [ "$told" -le $((away + away / 50)) ] || fail "$clock: $told ns are told, but it was $away"
    "$CALLTAPE" report --no-summary t.tape >all.txt
    grep -q 'the system ran something else' all.txt || fail "$clock: the report does not say it"
    "$CALLTAPE" report t.tape | diff - all.txt || fail "$clock: summaries tell something else"
done
