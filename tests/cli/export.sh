# Every format of calls, with all that can happen beside entry and exit; every format of sums.
for format in chrome speedscope csv jsonl; do
    echo "\$ export --to $format"
    "$CALLTAPE" export --to $format "$ROOT/tests/golden/nasty.tape" 2>/dev/null
done
for format in chrome jsonl csv; do
    echo "\$ export --to $format: arguments, results, notes, counters"
    "$CALLTAPE" export --to $format "$ROOT/tests/golden/told.tape" 2>/dev/null
done
for format in folded callgrind dot mermaid; do
    echo "\$ export --to $format"
    "$CALLTAPE" export --to $format "$ROOT/tests/golden/plain.tape" 2>/dev/null
done
