# How long calls took: times that differ little, an outlier and why, recursion, threads, no calls at all, a narrow terminal.
try() {
    echo "\$ hist $*"
    "$CALLTAPE" hist "$@" 2>&1 | grep -vF 'times are elapsed'
}
cd "$ROOT/tests/golden" || exit 1
try next_token --limit 2 plain.tape
try step --limit 3 adaptive.tape
try step --over 1us --limit 3 adaptive.tape
try fib plain.tape
try work --thread worker plain.tape
try step --bounds --limit 1 adaptive.tape
try down --limit 2 deep.tape
try load --range ..1ms plain.tape
try 'log [server+0x1500]' --limit 1 server.tape
export COLUMNS=44
try step --limit 2 adaptive.tape
