# Values that have no room on a line: each keeps its name and its quotes.
export LC_ALL=C.UTF-8
for columns in 120 80 64; do
    COLUMNS=$columns "$CALLTAPE" replay --function load "$ROOT/tests/golden/told.tape" 2>/dev/null | grep load
done
COLUMNS=64 LC_ALL=C "$CALLTAPE" replay --function load "$ROOT/tests/golden/told.tape" 2>/dev/null | grep load
