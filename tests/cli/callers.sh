# Who calls, and whom: recursion, threads, calls without a caller, no calls at all, filters, a narrow terminal.
tape=$ROOT/tests/golden/plain.tape
try() {
    echo "\$ callers $*"
    "$CALLTAPE" callers "$@" "$tape" 2>&1 | grep -vF 'times are elapsed'
}
try main
try fib
try next_token
try 'demo+*'
try fib --exclude work
try fib --depth 2
try 'parse*' --range 40%..60%
try load --range ..1ms
try 're:^(load|work)$' --limit 1
export COLUMNS=40
try fib --bounds
