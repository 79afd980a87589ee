# The filters one by one, and together.
tape=$ROOT/tests/golden/plain.tape
try() {
    echo "\$ report $*"
    "$CALLTAPE" report "$@" "$tape" | grep -vF 'times are elapsed'
}
try --function fib
try --function fib --function work
try --exclude fib
try --exclude main --exclude 'parse*'
try --function 're:^(fib|work)$' --exclude work
try --module 'libparse*'
try --file demo.c
try --file 'src/*'
try --thread worker
try --thread '#1' --process demo
try --depth 2
try --depth 1 --under 'parse*'
try --min-time 2ms
try --range 50%..60%
try --range 30ms..
try --range ..2ms
try --until work
try --until work --range 4ms.. --thread 'd*'
try --min-time 1h
