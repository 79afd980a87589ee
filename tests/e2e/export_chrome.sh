# chrome and speedscope: their figures, read by jq, are what report says. Their viewers are tried by tests/real/viewers.sh.
. "$ROOT/tests/e2e/export.bash"
chrome_events() {
    jq -r '.traceEvents[] | select(.ph == "B" or .ph == "E")
        | "\(.pid):\(.tid) \(.ts * 1000 | round) \(if .ph == "E" and (.args.began? == "inherited") then "E+" else .ph end) \(.name // "")"' "$@"
}
speedscope_events() {
    jq -r '.shared.frames as $frames | .profiles | to_entries[] | .key as $key | .value.events[]
        | "\($key) \(.at) \(if .type == "O" then "B" else "E" end) \($frames[.frame].name)"' "$@"
}
for target in $EXPORT_TARGETS; do
    record_target $target
    reported --raw >expected
    "$CALLTAPE" export --to chrome t.tape 2>/dev/null | tee x.json | chrome_events >events
    # What was entered before a fork begins anew in the child, and says so where it ends.
    awk '$3 == "B" {at[$1, ++depth[$1]] = NR} $3 ~ /E/ {n = at[$1, depth[$1]--]; if ($3 == "E+") again[n]} {line[NR] = $0}
        END {for (i = 1; i <= NR; i++) {s = line[i]; if (i in again) sub(/ B /, " N ", s); sub(/ E\+ /, " E ", s); print s}}' \
        events | figures_of_events >figures
    leave_out_away $target expected figures
    expect_figures "chrome's JSON of $target" expected figures
    threads=$("$CALLTAPE" info --format json t.tape | jq .threads)
    [ "$(jq '[.traceEvents[] | select(.ph == "M" and .name == "thread_name")] | length' x.json)" -ge "$threads" ] ||
        fail "threads are not named"
    "$CALLTAPE" export --to speedscope t.tape 2>/dev/null | speedscope_events >events
    figures_of_events <events | awk '{$1 = 0; print}' >figures
    awk '{$1 = 0; print}' expected >without_calls
    leave_out_away $target figures
    expect_figures "speedscope's JSON of $target" without_calls figures
done
