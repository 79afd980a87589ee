tape=$ROOT/tests/golden/adaptive.tape
"$CALLTAPE" replay --limit 12 "$tape"
"$CALLTAPE" replay --limit 12 --bounds "$tape"
"$CALLTAPE" replay --limit 6 --all --raw "$tape"
