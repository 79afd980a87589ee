# Without an operand the newest tape here is read, and that is said.
cp "$ROOT/tests/golden/plain.tape" a.tape
cp "$ROOT/tests/golden/nasty.tape" b.tape
mkdir c.tape
touch -d 2020-01-01 a.tape
touch -d 2020-01-02 b.tape
touch -d 2020-01-03 c.tape
"$CALLTAPE" info --format json 2>&1 | jq -R 'select(startswith("calltape"))'
touch -d 2020-01-04 a.tape
"$CALLTAPE" info --format json 2>&1 | jq -R 'select(startswith("calltape"))'
