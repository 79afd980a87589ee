# The chain that decided the elapsed time: of the program, of a call, of a thread, of a range; none without waits; a narrow
# terminal; what is not there.
tape=$ROOT/tests/golden/waits.tape
try() {
    echo "\$ critical ${*/#"$ROOT/"}"
    "$CALLTAPE" critical "$@" 2>&1 | sed "s,$ROOT/,,g"
}
try "$tape"
try --call write_all "$tape"
try --thread reader --range ..50% "$tape"
try --limit 2 "$tape"
try --format json "$tape"
(export COLUMNS=40 && try "$tape")
try --limit 3 "$ROOT/tests/golden/server.tape"
try --limit 2 "$ROOT/tests/golden/nasty.tape"
try --thread nobody "$tape"
try --call nothing "$tape"
try --thread 're:.*' "$tape"
try "$ROOT/tests/golden/empty.tape"
