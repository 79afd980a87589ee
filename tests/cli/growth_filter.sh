# growth of the calls that filters choose, in one tape and in several.
exec 2>&1
cd "$ROOT/tests/golden" || exit 1
short() { jq -r '.[] | select(.best and .measure == "self time") | "\(.function) \(.verdict) \(.calls) calls to \(.terms | map(.to) | join(", "))"'; }
"$CALLTAPE" growth --where 'nb < 600' --format json growth.tape 2>/dev/null | short
"$CALLTAPE" growth --where 'nb < 600' --format json growth.tape told.tape 2>/dev/null | short
"$CALLTAPE" growth --range ..50% --format json growth.tape 2>/dev/null | short
"$CALLTAPE" growth --function only_in_first --format json growth.tape 2>/dev/null | short
"$CALLTAPE" growth --where 'nc < 600' growth.tape
"$CALLTAPE" growth --where 'nb <' growth.tape told.tape
exit 0
