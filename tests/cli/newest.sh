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
# What a killed recorder left counts too; where an earlier tape has its name, it is told of.
cp "$ROOT/tests/golden/plain.tape" d.tape.part
touch -d 2020-01-05 d.tape.part
"$CALLTAPE" info --format json 2>err | jq -c '[.calls, .finished]'
grep reading err
cp "$ROOT/tests/golden/empty.tape" d.tape
touch -d 2020-01-01 d.tape
"$CALLTAPE" info --format json 2>&1 >/dev/null
touch -d 2020-01-06 a.tape
"$CALLTAPE" info --format json 2>&1 >/dev/null
"$CALLTAPE" check --repair -o e.tape d.tape.part
