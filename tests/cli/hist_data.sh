for format in json csv; do
    "$CALLTAPE" hist step --limit 2 --format $format "$ROOT/tests/golden/adaptive.tape" 2>/dev/null
    "$CALLTAPE" hist fib --limit 2 --format $format "$ROOT/tests/golden/plain.tape" 2>/dev/null
done
