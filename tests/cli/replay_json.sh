# Every call by itself, folded nowhere.
"$CALLTAPE" replay --format json "$ROOT/tests/golden/plain.tape" >plain.json
grep -v next_token plain.json
grep next_token plain.json | jq -s 'length, (map(.duration_ns) | add)'
"$CALLTAPE" replay --format json "$ROOT/tests/golden/nasty.tape" 2>/dev/null | jq -c '[.kind, .depth, .function, .flags]'
