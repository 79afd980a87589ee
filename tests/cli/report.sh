"$CALLTAPE" report "$ROOT/tests/golden/plain.tape"
