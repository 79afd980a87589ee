# On a terminal lines fit its width, colours come by themselves, and a pager shows the output.
type script >/dev/null 2>&1 || { echo "script(1) is not installed"; exit 77; }
script -qc true /dev/null >/dev/null 2>&1 || { echo "no pseudo-terminals"; exit 77; }
unset NO_COLOR COLUMNS
export TERM=xterm LC_ALL=C.UTF-8 CALLTAPE="$CALLTAPE" TAPE=$ROOT/tests/golden/plain.tape
on_terminal() {
    script -qec "stty cols 90; $1" /dev/null </dev/null | tr -d '\r'
}
export CALLTAPE_PAGER=cat
on_terminal '"$CALLTAPE" report "$TAPE"' >out
grep -q $'\e' out || echo "no colour"
sed 's/\x1b\[[0-9;]*m//g' out | grep 'next_token\|parse' | awk 'length($0) > 90 {print length($0) ": " $0}'
NO_COLOR=1 on_terminal '"$CALLTAPE" report "$TAPE"' | grep -q $'\e' && echo "colour though NO_COLOR is set"
CALLTAPE_PAGER='sed s/^/paged:/' on_terminal '"$CALLTAPE" report --color never "$TAPE"' | head -n 2 | cut -c 1-12
CALLTAPE_PAGER='head -n 1 >seen' on_terminal '"$CALLTAPE" replay --color never --all "$TAPE"; echo "status $?"'
cat seen
CALLTAPE_PAGER='sed s/^/paged:/' on_terminal '"$CALLTAPE" report --no-pager "$TAPE"' | grep -c paged
for pager in /nonexistent "not-a-program -x" / "/nonexistent | cat"; do
    CALLTAPE_PAGER=$pager on_terminal '"$CALLTAPE" report --color never "$TAPE"; echo "status $?"' | grep -c 'parse\|status 0'
done
CALLTAPE_PAGER='LINES=9 cat | sed "s/^/paged:/"' on_terminal '"$CALLTAPE" report --color never "$TAPE"' | grep -c '^paged:'
exit 0
