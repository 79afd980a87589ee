# --html - and --svg - write to standard output what they write to a file, and not to a terminal.
tape=$ROOT/tests/golden/plain.tape
for option in --html --svg; do
    "$CALLTAPE" view $option file "$tape" && "$CALLTAPE" view $option - "$tape" >output || exit 1
    cmp file output || exit 1
done
[ ! -e - ] || { echo "there is a file of that name"; exit 1; }
"$CALLTAPE" view --svg - "$tape" | cmp - file || exit 1
type script >/dev/null 2>&1 && script -qc true /dev/null >/dev/null 2>&1 || { echo "script(1) can't be used"; exit 77; }
export tape
script -qec '"$CALLTAPE" view --html - "$tape"' /dev/null </dev/null >shown
[ $? = 2 ] && grep -q "option --html: a terminal can't show it" shown || { cat shown; exit 1; }
