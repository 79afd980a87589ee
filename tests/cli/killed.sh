# How processes ended is said in words, of a few by name; an end that nobody saw is unknown.
tape=$ROOT/tests/golden/server.tape
for verb in report tree replay; do
    "$CALLTAPE" $verb "$tape" | grep 'killed by'
done
"$CALLTAPE" tree --format json "$tape" 2>&1 >/dev/null | grep -c 'killed by'
"$CALLTAPE" info "$tape" | sed -n '/processes$/,/^$/p'
"$CALLTAPE" info --format json "$tape" 2>/dev/null | jq -c '[.process_list[].end]'
