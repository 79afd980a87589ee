# A tape without calls is no error.
"$CALLTAPE" report "$ROOT/tests/golden/empty.tape"
"$CALLTAPE" report --format json "$ROOT/tests/golden/empty.tape"
"$CALLTAPE" tree "$ROOT/tests/golden/empty.tape"
"$CALLTAPE" replay "$ROOT/tests/golden/empty.tape"
