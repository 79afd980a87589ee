"$CALLTAPE" report --format csv "$ROOT/tests/golden/plain.tape"
"$CALLTAPE" report --format csv "$ROOT/tests/golden/nasty.tape"
