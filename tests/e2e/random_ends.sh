# Program, its child and recorder are killed, terminated or stopped for a while at any moment (TRIALS of them): what was
# called is recorded, whoever of them dies, and nobody waits for the dead.
. "$ROOT/tests/e2e/lib.sh"
build mortal gcc -O2
export SLOTS=$PWD/slots
RANDOM=${SEED:-7}
shm=$(ls /dev/shm 2>/dev/null | wc -l)

# Of the slots: begun, returned.
books() {
    od -An -v -w64 -t u8 slots | awk '{begun += $1; returned += $2} END {print begun + 0, returned + 0}'
}

expect_recorded() { # TAPE
    local calls begun returned
    calls=$(info .calls "$1") lost=$(info .lost_events "$1")
    read -r begun returned < <(books)
    expect_equal "$what: lost" 0 "$lost"
    [ "$calls" -ge "$returned" ] && [ "$calls" -le "$begun" ] || fail "$what: $calls calls, $returned to $begun made"
}

processes_of() { # PID: and its descendants
    echo "$1"
    for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do processes_of "$child"; done
}

# Of all processes, those too that were started after one looked: all have inherited the lock.
await_end() {
    timeout 60 flock lock true || fail "$what: a process does not end"
}

signals=(KILL TERM STOP KILL INT)
for ((trial = 0; trial < ${TRIALS:-30}; trial++)); do
    rm -rf slots t.tape* out err
    exec {lock}>lock && flock $lock
    "$CALLTAPE" record --buffer $((RANDOM % 2 ? 1 : 16))M -o t.tape -- ./mortal $((RANDOM * 30)) >out 2>err &
    recorder=$!
    exec {lock}>&-
    sleep 0.0$((RANDOM % 9))$((RANDOM % 10))
    family=($(processes_of $recorder))
    victim=$((RANDOM % ${#family[@]})) signal=${signals[RANDOM % ${#signals[@]}]}
    what="trial $trial, $signal to number $victim of ${#family[@]}"
    kill -$signal "${family[victim]}" 2>/dev/null || true
    if [ $signal = STOP ]; then
        sleep 0.$((RANDOM % 4))
        kill -CONT "${family[victim]}" 2>/dev/null || true
    fi
    status=0
    wait $recorder 2>/dev/null || status=$?
    await_end
    if [ -e t.tape ]; then
        "$CALLTAPE" check t.tape >check.out 2>&1 || fail "$what: $(cat check.out)"
        expect_recorded t.tape
    elif [ -e t.tape.part ]; then
        expect_equal "$what: status" 137 $status
        "$CALLTAPE" check --repair -o whole.tape t.tape >check.out 2>&1 || fail "$what: $(cat check.out)"
        expect_recorded whole.tape
        [ $victim != 0 ] || [ "$(cat out)" = done ] || [ ! -s slots ] || [ ${#family[@]} = 1 ] || fail "$what: the program did not end"
    else
        # Before there was anything: the first calls' hooks may have been at it.
        [ ! -e slots ] || [[ $(books) = *" 0" ]] || fail "$what: no tape: $(cat err)"
    fi
    [ $status = 3 ] || [ $status -ge 126 ] || fail "$what: status $status: $(cat err)"
    [ ! -e t.tape ] || { [ ! -e t.tape.part ] && [ ! -e t.tape.arena ]; } || fail "$what: left behind: $(ls)"
    rm -f whole.tape
    [ -z "${TELL-}" ] || echo "$what: status $status, $(books)"
done
expect_equal "files in /dev/shm" "$shm" "$(ls /dev/shm 2>/dev/null | wc -l)"
expect_equal "files left behind" "" "$(find "$TMPDIR" -mindepth 1)"
