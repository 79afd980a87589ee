export LC_ALL=C.UTF-8
"$CALLTAPE" report "$ROOT/tests/golden/plain.tape"
