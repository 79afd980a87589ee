# Bottom-up, a focus, recursion through others, and all together.
cd "$ROOT/tests/golden" || exit 1
try() {
    echo "\$ tree $*"
    "$CALLTAPE" tree "$@" 2>&1 | sed '/^$/,$d'
}
try --invert plain.tape
try --invert --recursion levels --min-percent 0 plain.tape
try --focus fib plain.tape
try --focus fib --invert plain.tape
try --focus next_token --focus load --min-percent 0 plain.tape
try --focus lood plain.tape
try --fold-recursion --min-percent 0 plain.tape
try --fold-recursion --invert --bounds adaptive.tape
try --fold-recursion --depth 20 deep.tape
try --focus log server.tape
try --focus log --invert server.tape
COLUMNS=44 try --focus log --invert server.tape
try --focus load --invert --format json plain.tape
try --focus load --format json plain.tape
