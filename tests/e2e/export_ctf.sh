# ctf: what babeltrace2 reads is what report says.
. "$ROOT/tests/e2e/export.bash"
needs babeltrace2 babeltrace2
for target in $EXPORT_TARGETS; do
    record_target $target
    reported --raw >expected
    rm -rf x.ctf
    "$CALLTAPE" export --to ctf -o x.ctf t.tape 2>/dev/null
    babeltrace2 --clock-gmt --clock-seconds x.ctf >text 2>babeltrace.err || fail "babeltrace2: $(head -n 3 babeltrace.err)"
    # [123.456789012] (+...) HOST entry: { pid = 1, tid = 2, thread = "x" }, { function = ( "main" : container = 1 ) }
    grep -vE ' (function|note): ' text |
        sed -E 's/^\[([0-9]+)\.([0-9]+)\] \([^)]*\) .* (entry|exit|left|resumed): \{ pid = ([0-9]+), tid = ([0-9]+), .* \}, \{ function = \( "([^"]*)" : container.*/\4:\5 \1\2 \3 \6/
                s/ entry / B /; s/ (exit|left) / E /; s/ resumed / N /' >events
    # Numbers of awk hold whole nanoseconds of a day, not of all since 1970.
    sed -E 's/^([^ ]+) [0-9]{5}/\1 /' events | figures_of_events >figures
    leave_out_away $target expected figures
    expect_figures "babeltrace2 of $target" expected figures
done
[ "$(grep -c ' function: ' text)" = "$("$CALLTAPE" info --format json t.tape | jq .functions)" ] ||
    fail "functions of their own are not all there"

rm -rf x.ctf
"$CALLTAPE" export --to ctf -o x.ctf "$ROOT/tests/golden/told.tape" 2>/dev/null
babeltrace2 x.ctf | grep -oE 'kind = .*' >values
for value in 'counter", name = "queue", value = 2 ' 'note", name = "rows", value = -1 ' 'return", name = "return", value = 0x55D1 ' \
    'note", name = "ratio", value = 0.333333 ' 'name = "really", value = ( "true" : container = 1 ) ' \
    'name = "colour", value = "GREEN" ' 'name = "letter", value = "x" ' 'message", name = "message", value = "ä turn" ' \
    'name = "path", value = "a \"b\"\n\e[0m\\0" ' 'name = "path", value = "a \"b\"\n\e[0m\\0..." ' \
    'name = "path", value = "<unreadable>" ' 'frame", name = "turn" '; do
    grep -qF "$value" values || fail "babeltrace2 reads no $value: $(cat values)"
done
