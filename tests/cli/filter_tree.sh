tape=$ROOT/tests/golden/plain.tape
"$CALLTAPE" tree --min-percent 0 --exclude 'parse*' "$tape"
"$CALLTAPE" tree --min-percent 0 --under 'parse*' --under fib "$tape"
"$CALLTAPE" tree --min-percent 0 --range 20ms..30ms "$tape"
"$CALLTAPE" tree --format json --function work --thread '#2' "$tape" 2>&1
"$CALLTAPE" tree --process 1001 "$ROOT/tests/golden/server.tape"
