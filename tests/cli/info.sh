cp "$ROOT/tests/golden/nasty.tape" x.tape
"$CALLTAPE" info x.tape | sed 's/^size .*/size/'
