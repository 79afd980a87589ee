# Laws of real programs. Asked is how many calls were made, which no other program on the machine can disturb.
. "$ROOT/tests/e2e/lib.sh"
FLAGS="$FLAGS -I$ROOT/include"

said() { # FILTER OPTIONS...: of the best claim about calls
    local filter=$1
    shift
    "$CALLTAPE" growth --format json "$@" 2>/dev/null | jq -r "[.[] | select(.measure == \"calls\" and .best)] | $filter"
}

expect_law() { # FUNCTION VERDICT LAW EXPONENTS
    expect_equal "$1" "$2 $3 $4" "$(said ".[] | select(.function == \"$1\") |
        \"\\(.verdict) \\(.law) \\([.terms[].exponent * 10 | round / 10 + 0] | map(tostring) | join(\" \"))\"" t.tape)"
}

build growth gcc -O1
record_and_compare ./growth
expect_law constant constant 1 0
expect_law linear claimed n 1
expect_law product claimed null "1 1"
expect_law sum claimed null "1 1"
expect_law levels claimed "n log n" 1
"$CALLTAPE" growth t.tape >told
grep -q '^`product`: calls grow as n^1.00 . m^1.00 ' told || fail "no sentence: $(cat told)"
grep -q '^`sum`: calls grow as n^1.00 + 3 . m^1.00 ' told || fail "no sum: $(cat told)"

# One run for each size, and nothing noted.
for size in 5 10 20 40 80 160 320; do
    "$CALLTAPE" record -o "$size.tape" -- ./growth $size 2>/dev/null
done
COUNTS=/dev/null
expect_equal "calls of step by the size of the run" "claimed n^2 2" \
    "$(said '.[] | select(.function == "step") | "\(.verdict) \(.law) \(.terms[0].exponent * 10 | round / 10)"' \
        --size-argument 1 {5,10,20,40,80,160,320}.tape)"
expect_equal "calls of main" "constant" \
    "$(said '.[] | select(.function == "main") | .verdict' --size-argument 1 {5,10,20,40,80,160,320}.tape)"
