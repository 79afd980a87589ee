# Folded calls: sums and extremes as ever, single calls as estimates, and it is said.
tape=$ROOT/tests/golden/folded.tape
"$CALLTAPE" check "$tape" | sed 's/^[^:]*: //'
"$CALLTAPE" info "$tape" | grep -E '^(clock|events)'
"$CALLTAPE" report "$tape"
"$CALLTAPE" callers token "$tape" | head -n 8
"$CALLTAPE" replay --all --range 125us..127us "$tape"
"$CALLTAPE" query "$tape" "select count(*), sum(flags like '%untimed%'), sum(total), max(total) from calls
    where name = 'blank'"
for options in "--fold 10" "--fold many --clock exact" "--fold -1 --clock exact"; do
    "$CALLTAPE" record $options -o t.tape -- true 2>&1
    echo "$options -> $?"
done
[ ! -e t.tape ] || echo 'a tape was left'
