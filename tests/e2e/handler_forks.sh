# Children that a signal handler forks while a hook is at work, at any of its instructions, go on with it.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "steps are x86-64's"
gcc $FLAGS -O2 -finstrument-functions -o handler_forks "$TARGETS/handler_forks.c" || fail "no program"
for clock in exact adaptive; do
    "$CALLTAPE" record --clock $clock -o t.tape -- ./handler_forks 2>said || true
    ! grep "the child of step" said || fail "$clock: children crashed"
    [ "$(info '.processes | length')" -gt 20 ] || fail "$clock: hardly a step was made: $(cat said)"
    "$CALLTAPE" check t.tape >check.out || fail "$clock: $(cat check.out)"
done
