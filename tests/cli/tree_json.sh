"$CALLTAPE" tree --format json "$ROOT/tests/golden/plain.tape" | tee tree.json
jq -e '[.. | objects | .self_ns // 0] | add == 76000000' tree.json
"$CALLTAPE" tree --format json --depth 2 "$ROOT/tests/golden/nasty.tape" 2>/dev/null | jq -c '.processes[] | [.pid, .total_ns, (.children | length)]'
