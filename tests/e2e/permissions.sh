# Who may read what: what holds a recording is its owner's alone, whatever the umask; documents made of it are as any
# program's output. Nothing lies in a shared directory that others could have put there, or guessed the name of.
. "$ROOT/tests/e2e/lib.sh"
build steady gcc -O1
build hello gcc -O1

expect_mode() { # MODE FILE...
    local mode=$1 file
    shift
    for file; do expect_equal "mode of $file" "$mode" "$(stat -c %a "$file")"; done
}

for mask in 000 022 077; do
    rm -rf work
    mkdir work
    cd work
    umask $mask
    "$CALLTAPE" record -o t.tape -- ../steady half go >out 2>err &
    wait_for_file half
    expect_mode 600 t.tape.part t.tape.arena
    touch go
    status=0
    wait $! || status=$?
    expect_equal "status" 3 $status
    expect_mode 600 t.tape
    "$CALLTAPE" record --min-time 1us -o narrow.tape -- ../hello >/dev/null 2>&1
    CALLTAPE_OUT=alone.tape LD_PRELOAD="$BUILD/libcalltape.so" ../hello >/dev/null
    "$CALLTAPE" check --repair -o repaired.tape alone.tape >/dev/null 2>&1
    "$CALLTAPE" export --to chrome -o t.json narrow.tape
    "$CALLTAPE" import -o imported.tape t.json 2>err
    "$CALLTAPE" view --html t.html narrow.tape >/dev/null
    expect_mode 600 narrow.tape alone.tape repaired.tape imported.tape
    expect_mode "$(printf %o $((0666 & ~0$mask)))" t.json t.html
    chmod 640 narrow.tape
    "$CALLTAPE" symbols narrow.tape >/dev/null 2>&1
    expect_mode 640 narrow.tape
    rm -f half
    cd ..
done
umask 022

# The viewer keeps what it made beside the tape, likewise.
setsid "$CALLTAPE" view --no-browser work/t.tape >address 2>err &
server=$!
wait_for_file work/t.tape.view
expect_mode 600 work/t.tape.view
kill -INT $server
wait $server || true

# What somebody else left where the recording is to lie is neither followed nor written to.
echo precious >precious
ln -s precious shared.tape.arena
ln -s nowhere other.tape.part
for tape in shared.tape other.tape; do
    status=0
    "$CALLTAPE" record -o $tape -- ./hello >out 2>err || status=$?
    expect_equal "status with a link in the way of $tape" 1 $status
    [ -s err ] && [ ! -s out ] || fail "$tape: $(cat out err)"
done
expect_equal "what the link leads to" precious "$(cat precious)"
[ ! -e nowhere ] || fail "a link was followed"
[ -L shared.tape.arena ] && [ -L other.tape.part ] || fail "a link was replaced"
[ ! -e other.tape.arena ] || fail "an arena was left behind"
[ -z "$(ls "$TMPDIR")" ] || fail "left among temporary files: $(ls "$TMPDIR")"

# Programs that run with other rights than their caller's are refused before they start.
if [ "$(id -u)" = 0 ]; then
    cp hello suid
    chown 65534 suid
    chmod 4755 suid
    status=0
    "$CALLTAPE" record -o s.tape -- ./suid >out 2>err || status=$?
    expect_equal "status of a setuid program" 126 $status
    grep -q setuid err && [ ! -s out ] || fail "setuid: $(cat out err)"
fi
