# The program's standard streams and terminal are its own.
. "$ROOT/tests/e2e/lib.sh"
build hello gcc -O2
echo input | "$CALLTAPE" record -o t.tape -- sh -c 'cat; ./hello; echo error >&2' >out 2>err
expect_equal "standard output" "input hello, world hello, tape" "$(paste -sd' ' out)"
grep -qx error err || fail "standard error: $(cat err)"

# Closed ones stay closed.
"$CALLTAPE" record -o closed.tape -- sh -c './hello; ls /proc/self/fd 2>&1 | wc -l >fds' <&- >&- 2>&- || true
sh -c './hello; ls /proc/self/fd 2>&1 | wc -l >plain.fds' <&- >&- 2>&- || true
expect_equal "open descriptors" "$(cat plain.fds)" "$(cat fds)"

# A terminal is one, and its size and foreground group are the program's.
command -v script >/dev/null || skip "no script(1) to make a terminal"
script -qc true /dev/null >/dev/null 2>&1 || skip "no pseudo-terminals"
cat >ask.sh <<'END'
for stream in 0 1 2; do test -t $stream || echo "stream $stream is no terminal"; done
./hello
awk '{print $5 == $8 ? "in the foreground" : "in the background"}' /proc/$$/stat # its process group, the terminal's
END
script -qec "'$CALLTAPE' record -o tty.tape -- sh ask.sh" /dev/null </dev/null | tr -d '\r' | grep -vE "$OURS" >out
expect_equal "on a terminal" "hello, world hello, tape in the foreground" "$(paste -sd' ' out)"
