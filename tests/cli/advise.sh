# What to leave out, and how: each event cost 20 ns.
tape=$ROOT/tests/golden/costly.tape
"$CALLTAPE" advise "$tape"
"$CALLTAPE" advise --keep 1 "$tape" | head -n 3
"$CALLTAPE" advise --limit 1 --format json "$tape" 2>/dev/null
"$CALLTAPE" advise --limit 0 --format json "$tape" 2>/dev/null | jq '.gcc_flags'
LC_ALL=C.UTF-8 COLUMNS=70 "$CALLTAPE" advise "$tape" | sed '/^$/,$d'
# Nothing is known of costs; nothing happened.
"$CALLTAPE" advise "$ROOT/tests/golden/plain.tape" | head -n 1
"$CALLTAPE" advise "$ROOT/tests/golden/empty.tape" | head -n 1
"$CALLTAPE" advise --format json "$ROOT/tests/golden/nasty.tape" 2>/dev/null
"$CALLTAPE" advise --keep -1 "$tape" 2>&1
echo "status $?"
