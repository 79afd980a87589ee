# Calls chosen by their values: arguments, results, notes; and what is said of wrong conditions.
exec 2>&1
cd "$ROOT/tests/golden" || exit 1
tape=told.tape
try() {
    echo "-- $*"
    "$CALLTAPE" "$@" "$tape" || echo "status $?"
}
try replay --where 'length >= 1000 && ret != 0x55d2'
try replay --where 'colour == BLUE || really'
try replay --where 'colour == Colour::BLUE || really'
try replay --where "letter == 'x' && ratio > 0"
try replay --where "letter == 'x'" --range 12us..
try report --where 'rows >= 0 && path ~ "a*"'
try tree --where 'ratio * 3 == 1 || !(letter < 0)'
try hist load --where 'rows != 0'
try report --where true --function pick
for wrong in 'lenght > 3' 'kubernetes == 3' 'length > 1 && pair > 3' 'path > 3' 'colour == "RED"' 'length = 3'; do
    try report --where "$wrong"
done
"$CALLTAPE" report --where 'ret < 0' "$ROOT/tests/golden/plain.tape"
"$CALLTAPE" query --where 'colour == GREEN' "$tape" 'select id, name, depth from calls'
