# Tapes of every version of the format, as they were written when it was the newest, are read by this one: a version that
# changes adds tapes (tests/golden/vN) and leaves the older ones.
. "$ROOT/tests/e2e/lib.sh"
newest=$(sed -n 's/^#define CT_TAPE_VERSION \([0-9]*\)u$/\1/p' "$ROOT/include/calltape/format.h")
for tape in $(find "$ROOT/tests/golden" -name '*.tape'); do
    od -An -tu4 -j8 -N4 "$tape" | tr -d ' '
    "$CALLTAPE" report --no-summary "$tape" >out 2>err || fail "$tape: $(cat err)"
    expect_equal "calls of $tape" "$(info .calls "$tape")" \
        "$("$CALLTAPE" report --format json --limit 0 "$tape" 2>/dev/null | jq 'map(.calls) | add // 0')"
done >all
sort -nu all >versions
seq 1 "$newest" | diff - versions || fail "golden tapes are of versions $(paste -sd' ' versions), not 1 to $newest"
