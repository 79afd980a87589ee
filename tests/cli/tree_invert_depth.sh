# --depth shows so many levels of the inverted tree, which is that of whole paths: functions have the self times and
# calls that report has.
tape=$ROOT/tests/golden/plain.tape
"$CALLTAPE" tree --invert --depth 1 "$tape"
"$CALLTAPE" tree --invert --depth 2 "$tape" | sed '/^$/,$d'
"$CALLTAPE" tree --focus next_token --invert --depth 2 --min-percent 0 "$tape" | sed '/^$/,$d'
"$CALLTAPE" tree --invert --depth 1 --recursion fold --format json "$tape" |
    sed -n 's/.*"function":"\([^"]*\)".*"calls":\([0-9]*\),"total_ns":\([0-9]*\).*/\1 \2 \3/p' | sort >functions
"$CALLTAPE" report --format json "$tape" |
    sed -n 's/.*"function":"\([^"]*\)".*"calls":\([0-9]*\).*"self_ns":\([0-9]*\).*/\1 \2 \3/p' | sort >reported
wc -l <reported
diff functions reported
