"$CALLTAPE" replay --format json "$ROOT/tests/golden/told.tape"
