for format in json csv; do
    "$CALLTAPE" callers fib --format $format "$ROOT/tests/golden/plain.tape" 2>/dev/null
    "$CALLTAPE" callers 'parse*' --limit 1 --format $format "$ROOT/tests/golden/plain.tape" 2>/dev/null
done
