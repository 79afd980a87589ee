# Functions that do nothing but call the next share a line in text, cut to the width; JSON keeps each.
export LC_ALL=C.UTF-8
tape=$ROOT/tests/golden/server.tape
"$CALLTAPE" tree "$tape" | sed '/^$/,$d'
COLUMNS=100 "$CALLTAPE" tree "$tape" | sed '/^$/,$d'
COLUMNS=60 LC_ALL=C "$CALLTAPE" tree "$tape" | sed '/^$/,$d'
"$CALLTAPE" tree --format json "$tape" 2>/dev/null | jq '[.. | objects | .function // empty] | length'
