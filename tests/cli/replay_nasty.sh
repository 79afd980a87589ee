# Whatever happens beside calls is said where it happens.
export LC_ALL=C.UTF-8
"$CALLTAPE" replay "$ROOT/tests/golden/nasty.tape"
"$CALLTAPE" replay --depth 1 "$ROOT/tests/golden/deep.tape"
"$CALLTAPE" replay "$ROOT/tests/golden/deep.tape" | grep 'depth 999'
