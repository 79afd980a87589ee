# A prompt on a terminal; ctrl-C ends the query, not the session; mistakes end nothing.
type script >/dev/null 2>&1 || { echo "script(1) is not installed"; exit 77; }
script -qc true /dev/null >/dev/null 2>&1 || { echo "no pseudo-terminals"; exit 77; }
unset COLUMNS
export TERM=xterm LC_ALL=C.UTF-8 CALLTAPE="$CALLTAPE" TAPE=$ROOT/tests/golden/plain.tape
mkfifo keys
script -qec '"$CALLTAPE" query "$TAPE" 2>&1 | tee -i shown' /dev/null <keys >/dev/null &
exec 3>keys
wait_for() {
    for _ in $(seq 300); do
        grep -q "$1" shown 2>/dev/null && return
        sleep 0.1
    done
    echo "never: $1"
}
wait_for 'calltape>'
echo 'select count(*) from calls;' >&3
wait_for 1512
echo 'select nope;' >&3
wait_for 'no such column'
echo 'select count(*) from calls a, calls b, calls c, calls d;' >&3
sleep 1
printf '\003' >&3
wait_for interrupted
echo 'select count(*) + 7' >&3
wait_for '\.\.\.>'
echo 'from calls;' >&3
wait_for 1519
echo .quit >&3
exec 3>&-
wait
grep -c 'calltape> ' shown
