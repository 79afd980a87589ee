tape=$ROOT/tests/golden/plain.tape
"$CALLTAPE" replay --exclude main --exclude next_token "$tape"
"$CALLTAPE" replay --min-time 5ms "$tape"
"$CALLTAPE" replay --range 27.5ms..32ms --exclude main "$tape"
"$CALLTAPE" replay --under fib --until fib "$tape"
"$CALLTAPE" replay --range 27.5ms..32ms --function fib --format json "$tape" 2>&1
