"$CALLTAPE" info --format json "$ROOT/tests/golden/told.tape"
