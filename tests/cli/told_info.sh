export LC_ALL=C.UTF-8
"$CALLTAPE" info "$ROOT/tests/golden/told.tape" | sed '/^values/,$!d'
