# Calls of signal handlers of which two interrupt the same hook, at any two of its instructions: none is taken for one
# that has left a call.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "steps are x86-64's"
build handler_pairs gcc -O2
try() { # CLOCK [ARGUMENT]
    local pairs
    rm -f "$COUNTS" t.tape
    pairs=$("$CALLTAPE" record --clock "$1" -o t.tape -- ./handler_pairs ${2:+"$2"} 2>said) || fail "$1: $(cat said)"
    [ "$pairs" -gt 1000 ] || fail "$1: $pairs pairs of steps were tried"
    expect_counts
    expect_nothing_lost
    expect_jumped ""
    "$CALLTAPE" report t.tape >report.out 2>&1
    ! grep "no recorded entry" report.out || fail "$1: exits without an entry"
}
try exact
try exact alternate
try adaptive
