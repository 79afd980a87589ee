# Exit status 2, what is wrong, and the nearest right word.
exec 2>&1
try() {
    "$CALLTAPE" "$@" "$ROOT/tests/golden/plain.tape"
    echo "status $?"
}
try report --function lood
try report --function xylophone
try tree --exclude 're:^lo(ad'
try report --until fibb
try replay --under 'nexttoken'
try report --module libparse.so
try report --file demo.h
try report --thread workr
try report --thread '#7'
try report --process dmo
try report --process 1
try report --range 5
try report --range 5s
try report --range 3s..2s
try report --range 1s..2s
try report --range 1ms..2parsecs
try report --range 120%..
try report --min-time fast
try report --min-time=-1s
try replay --depth deep
