# Functions of one name are told apart by their addresses.
tape=$ROOT/tests/golden/server.tape
"$CALLTAPE" report --format csv "$tape" 2>/dev/null | grep '^log,'
"$CALLTAPE" report --format json "$tape" 2>/dev/null | jq -e '(map([.module, .address]) | unique | length) == length'
"$CALLTAPE" tree --format json "$tape" 2>/dev/null | jq -c '.. | objects | select(.function == "log") | .address'
"$CALLTAPE" replay --format json "$tape" 2>/dev/null | jq -sc 'map(select(.function == "log") | .address) | unique'
