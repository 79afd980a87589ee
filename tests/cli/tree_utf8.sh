export LC_ALL=C.UTF-8
"$CALLTAPE" tree "$ROOT/tests/golden/plain.tape"
"$CALLTAPE" tree "$ROOT/tests/golden/nasty.tape"
