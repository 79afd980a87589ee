# record started in unusual ways, and told to write where no tape belongs.
. "$ROOT/tests/e2e/lib.sh"
build hello gcc -O2
calls=$("$CALLTAPE" record -o plain.tape -- ./hello >/dev/null 2>&1; info .calls plain.tape)
[ "$calls" -gt 0 ]

recorded() { # WHAT
    expect_equal "calls, $1" "$calls" "$(info .calls t.tape)"
    rm t.tape
}

bash -c 'trap "" CHLD; exec "$@"' - "$CALLTAPE" record -o t.tape -- ./hello >/dev/null 2>&1
recorded "SIGCHLD ignored"
"$CALLTAPE" record -o t.tape -- ./hello >&- 2>&- || true
recorded "standard output and error closed"
(ulimit -v 8000000 && exec "$CALLTAPE" record -o t.tape -- ./hello) >/dev/null 2>&1 &&
    recorded "address space limited"
"$CALLTAPE" record -o t.tape -- bash -c 'ulimit -v 4000000; exec ./hello' >/dev/null 2>&1
recorded "the program's address space limited"
if unshare --user --map-root-user -pf true 2>/dev/null; then
    "$CALLTAPE" record -o t.tape -- unshare --user --map-root-user -pf ./hello >/dev/null 2>&1
    recorded "another pid namespace"
fi

refused() { # OUTPUT PATTERN
    local status=0
    "$CALLTAPE" record -o "$1" -- ./hello >out 2>err || status=$?
    expect_equal "status of -o '$1'" 1 "$status"
    grep -q "$2" err || fail "-o '$1': $(cat err)"
    [ ! -s out ] || fail "-o '$1': the program was run"
}
mkfifo fifo
echo text >text
refused . 'a directory'
refused fifo 'no regular file'
refused text 'no tape'
refused "" 'names no file'
[ -p fifo ]
expect_equal text text "$(cat text)"
(ulimit -f 100 && exec "$CALLTAPE" record -o t.tape -- ./hello) >/dev/null 2>err && fail "no word of the limit"
grep -q 't.tape' err
[ ! -e t.tape.arena ]
