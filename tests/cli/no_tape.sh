# Nothing to read, or something that is no tape: exit status 1 and a message that names the file.
mkdir directory
: >empty.tape
echo "this is text" >text.tape
head -c 300 "$ROOT/tests/golden/plain.tape" >cut.tape
for verb in report tree replay info check advise; do
    for file in missing.tape directory empty.tape text.tape; do
        "$CALLTAPE" $verb $file >out 2>err
        status=$?
        [ $status = 1 ] || echo "$verb $file: status $status"
        [ ! -s out ] || echo "$verb $file: output on standard output"
        [ "$(wc -l <err)" = 1 ] || echo "$verb $file: not one line of message"
        grep -q "^calltape $verb: .*$file" err || cat err
    done
    "$CALLTAPE" $verb cut.tape >out 2>err </dev/null
    [ $? -le 1 ] || echo "$verb cut.tape: crashed"
    grep -q . out err || echo "$verb cut.tape: silent"
done
yes "more text" | head -n 100 >text.tape
"$CALLTAPE" report text.tape 2>&1
rm ./*.tape
"$CALLTAPE" report 2>&1
echo "status $?"
