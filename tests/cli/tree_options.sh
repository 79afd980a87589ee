tape=$ROOT/tests/golden/plain.tape
"$CALLTAPE" tree --depth 1 "$tape"
"$CALLTAPE" tree --min-percent 20 "$tape"
"$CALLTAPE" tree --min-percent 0 --recursion levels "$tape"
"$CALLTAPE" tree "$ROOT/tests/golden/deep.tape"
"$CALLTAPE" tree --recursion levels "$ROOT/tests/golden/deep.tape" | grep -o '[^ ]* down.*' | tail -n 1
