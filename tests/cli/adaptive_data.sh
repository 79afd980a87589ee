tape=$ROOT/tests/golden/adaptive.tape
"$CALLTAPE" report --format csv "$tape" 2>&1
"$CALLTAPE" report --format csv --raw "$tape" 2>/dev/null
"$CALLTAPE" tree --format json "$tape" 2>/dev/null
"$CALLTAPE" replay --format json "$tape" 2>/dev/null | sed -n '2,4p;$p'
