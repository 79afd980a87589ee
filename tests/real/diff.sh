# `diff` on real recordings: one function of twenty takes 5 % more; 5 recordings against 5, taken in turn, REPETITIONS
# (10) times. Prints how often it was found, and how many of the others were. What a machine allows is for no test to say:
# it fails only if diff can't be run, or misses that a function is called once more.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
need gcc jq
repetitions=${REPETITIONS:-10} recordings=${RECORDINGS:-5} clock=${CLOCK:-adaptive}
for side in old:0 new:5; do
    mkdir "$work/${side%:*}"
    gcc -O2 -g -finstrument-functions -DPERCENT="${side#*:}" -o "$work/${side%:*}/slower" \
        "$ROOT/tests/bench/slower.c" || exit 1
done

record_sides() {
    local i side
    for ((i = 1; i <= recordings; i++)); do
        for side in old new; do
            "$CALLTAPE" record --clock "$clock" -o "$work/$side$i.tape" -- "$work/$side/slower" >/dev/null \
                2>"$work/stderr" || fail "record" "$work/stderr"
        done
    done
}

total_found=0 total_false=0 compared=0
for ((n = 1; n <= repetitions; n++)); do
    record_sides
    "$CALLTAPE" diff --limit 0 --all --format json "$work"/old*.tape -- "$work"/new*.tape >"$work/diff.json" ||
        { fail "diff"; break; }
    found=$(jq '[.functions[] | select(.finding == "slower" and .function == "function_11")] | length' "$work/diff.json")
    false=$(jq '[.functions[] | select(.finding != "" and .function != "function_11")] | length' "$work/diff.json")
    jq -r --arg n "$n" '(.functions[] | select(.function == "function_11")) as $f | "repetition \($n): function_11 \($f.judged_percent | . * 100 | round / 100) %, ± \(($f.to_ns - $f.from_ns) / 2 / $f.judged_old_ns * 10000 | round / 100) %, chance \($f.chance); whole \(.self.percent | . * 100 | round / 100) %; other findings: \([.functions[] | select(.finding != "" and .function != "function_11") | .function] | join(" "))"' \
        "$work/diff.json"
    total_found=$((total_found + found)) total_false=$((total_false + false))
    compared=$((compared + $(jq '[.functions[] | select(.chance != null and .function != "function_11")] | length' "$work/diff.json")))
done
echo "planted slowdown found in $total_found of $repetitions; $total_false false findings among $compared unchanged functions"
ok "diff of $recordings against $recordings recordings, $repetitions times"
finish
