"$CALLTAPE" growth --format json "$ROOT/tests/golden/growth.tape" only_in_first | jq -c '.[] | del(.sentence, .factor)'
"$CALLTAPE" growth --format json "$ROOT/tests/golden/growth.tape" | jq -r '.[] | select(.best) | .sentence' | wc -l
"$CALLTAPE" growth --format json "$ROOT/tests/golden/growth.tape" | jq -c ".[] | select(.logarithm) | [.law, .shift]" | sort -u
