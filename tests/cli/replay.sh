"$CALLTAPE" replay "$ROOT/tests/golden/plain.tape"
