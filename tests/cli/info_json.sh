"$CALLTAPE" info --format json "$ROOT/tests/golden/nasty.tape" | jq 'del(.size_bytes, .bytes_per_event)'
"$CALLTAPE" info --format json "$ROOT/tests/golden/deep.tape" | jq -c '[.damaged, (.damage | length), .calls]'
