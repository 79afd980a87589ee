# 200 children that end at any moment, by signals from outside and by their own hand: of each, what its shared counters
# counted is in the tape, give or take the call in flight in each thread.
. "$ROOT/tests/e2e/lib.sh"
build killed gcc -O2
for seed in 1 2; do
    rm -f "$COUNTS" t.tape
    "$CALLTAPE" record -o t.tape -- ./killed $seed
    expect_nothing_lost
    info '.process_list[] | "\(.pid) \(.calls)"' >processes
    awk 'NR == FNR {calls[$1] += $2; next}
        {children++; if (calls[$1] < $3 || calls[$1] > $2) {
            print "process " $1 ": " calls[$1] + 0 " calls recorded, " $3 " returned, " $2 " begun"; bad = 1}}
        END {if (children != 200) {print children " children"; bad = 1} exit bad}' processes "$COUNTS" ||
        fail "calls of a killed process"
done
