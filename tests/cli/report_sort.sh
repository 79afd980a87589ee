for order in self total calls avg min max name; do
    echo "$order:" $("$CALLTAPE" report --sort $order --format json "$ROOT/tests/golden/plain.tape" | jq -r '.[].function')
done
"$CALLTAPE" report --sort calls --limit 2 "$ROOT/tests/golden/plain.tape"
