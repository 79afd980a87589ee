"$CALLTAPE" replay --format json "$ROOT/tests/golden/plain.tape"
"$CALLTAPE" replay --format json "$ROOT/tests/golden/nasty.tape" 2>/dev/null | jq -c '[.kind, .depth, .function, .flags]'
