tape=$ROOT/tests/golden/adaptive.tape
"$CALLTAPE" tree "$tape"
"$CALLTAPE" tree --bounds "$tape"
"$CALLTAPE" tree --raw "$tape"
