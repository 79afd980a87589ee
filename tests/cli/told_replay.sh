export LC_ALL=C.UTF-8
"$CALLTAPE" replay "$ROOT/tests/golden/told.tape"
COLUMNS=60 "$CALLTAPE" replay --function pick "$ROOT/tests/golden/told.tape"
"$CALLTAPE" replay --min-time 2500ns "$ROOT/tests/golden/told.tape"
