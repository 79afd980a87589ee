# Time in which the system ran something else is no call's: on one processor with a loop beside it, the program's books
# say how long it had none, and the tape tells no more than that, and some of it; nor is it taken out a second time as
# what it cost to fetch arguments.
. "$ROOT/tests/e2e/lib.sh"
command -v taskset >/dev/null || skip "there is no taskset here"
processor=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
taskset -c "$processor" true || skip "processors can't be chosen here"
build preempted gcc -O2
taskset -c "$processor" sh -c 'while :; do :; done' &
busy=$!
trap 'kill "$busy"' EXIT

try() { # OPTIONS of record
    rm -f "$COUNTS"
    read -r away elapsed <<<"$(taskset -c "$processor" "$CALLTAPE" record "$@" -o t.tape -- ./preempted 2>record.err)"
    expect_nothing_lost
    expect_counts
    "$CALLTAPE" replay --format json --function work t.tape 2>/dev/null >replay.json
    told=$(jq -s '[.[] | select(.kind == "preempted") | .duration_ns] | add // 0' replay.json)
    [ "$told" -gt 0 ] || fail "$*: the program had no processor for $away ns, of which the tape tells nothing"
    [ "$told" -le $((away + away / 50)) ] || fail "$*: $told ns are told, but it was $away"
    "$CALLTAPE" report --no-summary t.tape >all.txt
    grep -q 'the system ran something else' all.txt || fail "$*: the report does not say it"
    "$CALLTAPE" report t.tape | diff - all.txt || fail "$*: summaries tell something else"
}

try --clock exact
try --clock adaptive
if [ "$(uname -m)" = x86_64 ]; then
    try --args leaf
    cost=$("$CALLTAPE" report --format json t.tape 2>/dev/null | jq '[.[].self_probe_ns] | add')
    worked=$((elapsed - away))
    [ "$cost" -le $((worked + worked / 10)) ] || fail "$cost ns are said to be recording's, but $worked ns were worked"
fi
