# Single calls as a tree, with what was recorded of them.
exec 2>&1
cd "$ROOT/tests/golden" || exit 1
try() {
    echo "\$ tree --calls $*"
    "$CALLTAPE" tree --calls "$@" || echo "status $?"
}
try told.tape
try --where 'length >= 1000' --depth 2 told.tape
try --format json --function load --where 'length == 1000' told.tape
try --limit 9 plain.tape
try --min-time 5ms --bounds plain.tape
try --limit 12 --thread server server.tape
try --invert told.tape
try --limit 0 told.tape
"$CALLTAPE" tree --limit 5 told.tape || echo "status $?"
