# Exit status 2, what is wrong, and the nearest right name.
exec 2>&1
cd "$ROOT/tests/golden" || exit 1
try() {
    "$CALLTAPE" callers "$@"
    echo "status $?"
}
try
try lood plain.tape
try xylophone plain.tape
try 're:^lo(ad' plain.tape
try load plain.tape nasty.tape
try load missing.tape
try load --format yaml plain.tape
