# chrome and speedscope: their figures, read by jq, are what report says. Their viewers are tried by tests/real/viewers.sh.
. "$ROOT/tests/e2e/export.bash"
# A call is one event: its begin and end in the order of time, at one time ends first, and of these the inner ones.
chrome_events() {
    jq -r '.traceEvents[] | select(.ph == "X") | (.ts * 1000 | round) as $from | ((.ts + .dur) * 1000 | round) as $to
        | "\(.pid):\(.tid) \($from) 1 0 \(if .args.began? == "inherited" then "N" else "B" end) \(.name)",
          "\(.pid):\(.tid) \($to) 0 \(-$from) E"' "$@" |
        LC_ALL=C sort -s -t ' ' -k1,1 -k2,2n -k3,3n -k4,4n | sed -E 's/^([^ ]+ [0-9]+) [01] [-0-9]+ /\1 /'
}
speedscope_events() {
    jq -r '.shared.frames as $frames | .profiles | to_entries[] | .key as $key | .value.events[]
        | "\($key) \(.at) \(if .type == "O" then "B" else "E" end) \($frames[.frame].name)"' "$@"
}
for target in $EXPORT_TARGETS; do
    record_target $target
    reported --raw >expected
    "$CALLTAPE" export --to chrome t.tape 2>/dev/null | tee x.json | chrome_events >events
    figures_of_events <events >figures
    leave_out_away $target expected figures
    # Times are pushed apart by a nanosecond where they are one, out of its caller's own time.
    SLACK=$((2 * $(info .calls))) expect_figures "chrome's JSON of $target" expected figures
    threads=$("$CALLTAPE" info --format json t.tape | jq .threads)
    [ "$(jq '[.traceEvents[] | select(.ph == "M" and .name == "thread_name")] | length' x.json)" -ge "$threads" ] ||
        fail "threads are not named"
    "$CALLTAPE" export --to speedscope t.tape 2>/dev/null | speedscope_events >events
    figures_of_events <events | awk '{$1 = 0; print}' >figures
    awk '{$1 = 0; print}' expected >without_calls
    leave_out_away $target figures
    SLACK=$(info .calls) expect_figures "speedscope's JSON of $target" without_calls figures
done
