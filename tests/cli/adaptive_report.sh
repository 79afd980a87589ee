tape=$ROOT/tests/golden/adaptive.tape
"$CALLTAPE" report "$tape"
echo
LC_ALL=C.UTF-8 "$CALLTAPE" report --bounds --limit 2 "$tape"
echo
"$CALLTAPE" report --raw --sort max --limit 1 "$tape"
