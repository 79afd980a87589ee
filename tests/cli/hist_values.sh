# What was recorded of the slowest calls stands with them.
cd "$ROOT/tests/golden" || exit 1
"$CALLTAPE" hist load told.tape | grep -A3 "slowest calls"
"$CALLTAPE" hist load --limit 2 --where "length < 2000" --format json told.tape 2>/dev/null | sed -n "/slowest/,/outliers/p"
"$CALLTAPE" hist pick --limit 2 told.tape | grep -A2 "slowest calls"
