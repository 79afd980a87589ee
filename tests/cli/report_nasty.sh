# All that must be said stands at the foot; beside JSON it goes to standard error.
"$CALLTAPE" report "$ROOT/tests/golden/nasty.tape"
"$CALLTAPE" report --format json "$ROOT/tests/golden/nasty.tape" 2>&1 >/dev/null
"$CALLTAPE" report "$ROOT/tests/golden/deep.tape"
