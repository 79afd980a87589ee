# A repaired tape has summaries, and a report made of them is the one that is made of all events.
for tape in "$ROOT"/tests/golden/*.tape; do
    name=$(basename "$tape")
    "$CALLTAPE" check --repair -o "$name" "$tape" >/dev/null 2>&1 || { echo "$name: no repair"; continue; }
    for options in "" "--depth 2" --raw --bounds "--format json" "--format csv --raw"; do
        "$CALLTAPE" report $options "$name" >summary.out 2>&1
        "$CALLTAPE" report $options --no-summary "$name" >events.out 2>&1
        cmp -s summary.out events.out || diff summary.out events.out
    done
    echo "$name: $(wc -l <events.out) lines"
done
