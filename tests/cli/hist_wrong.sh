# Exit status 2, what is wrong, and the nearest right name.
exec 2>&1
cd "$ROOT/tests/golden" || exit 1
try() {
    "$CALLTAPE" hist "$@"
    echo "status $?"
}
try
try lood plain.tape
try told.tape
try log server.tape
try '*' plain.tape
try load --over fast plain.tape
