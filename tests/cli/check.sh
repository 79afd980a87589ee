# Exit status 0 for a sound tape, 1 for any other; what is wrong, and where.
cp "$ROOT"/tests/golden/*.tape .
for tape in plain nasty empty; do
    "$CALLTAPE" check $tape.tape >out || echo "$tape: status $?"
    grep -q "^$tape.tape: sound; " out || cat out
done
"$CALLTAPE" check deep.tape >out
echo "status $?"
sed 's/[0-9.]* kB$/N kB/' out
size=$(stat -c %s plain.tape)
dd if=/dev/zero of=plain.tape bs=1 seek=$((size / 2)) count=8 conv=notrunc status=none
"$CALLTAPE" check plain.tape >out
echo "status $?"
grep -m 1 -o '^offset [0-9]*: ' out | sed 's/[0-9][0-9]*/N/'
