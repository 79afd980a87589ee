"$CALLTAPE" tree "$ROOT/tests/golden/plain.tape"
