tape=$ROOT/tests/golden/plain.tape
for thread in worker 2001 '#1' 1; do
    "$CALLTAPE" replay --thread "$thread" --limit 3 "$tape"
done
"$CALLTAPE" replay --thread nobody "$tape" 2>&1
echo "status $?"
"$CALLTAPE" replay --all --depth 3 --limit 6 "$tape"
"$CALLTAPE" replay --all "$tape" | grep -c next_token
