tape=$ROOT/tests/golden/adaptive.tape
"$CALLTAPE" info "$tape" | grep clock
"$CALLTAPE" info --format json "$tape" | grep -o '"timed_events": *[0-9]*'
"$CALLTAPE" check "$tape" | sed 's/^[^:]*: //'
