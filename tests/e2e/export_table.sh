# csv by sqlite3, jsonl by jq: what they make of it is what report says.
. "$ROOT/tests/e2e/export.bash"
needs sqlite3 sqlite3
for target in $EXPORT_TARGETS; do
    record_target $target
    reported --raw >expected
    # Only the outermost of recursive calls counts in a total: depth by depth, no call of the function is around it.
    "$CALLTAPE" export --to csv -o x.csv t.tape 2>/dev/null
    sqlite3 -separator ' ' x.db ".import --csv x.csv calls" \
        "select sum(flags not like '%inherited%'), 0, sum(self_ns), function from calls group by function" >of_csv
    "$CALLTAPE" export --to jsonl t.tape 2>/dev/null |
        jq -r '"\(if .flags | test("inherited") then 0 else 1 end) 0 \(.self_ns) \(.function)"' | sum_figures >of_jsonl
    awk '{$2 = 0; print}' expected >without_totals
    LC_ALL=C sort -k4 of_csv >sorted
    expect_figures "sqlite3 of $target" without_totals sorted
    expect_figures "jq of $target" without_totals of_jsonl
    rm x.db
    # Selfs add up to the nanosecond.
    awk '{$1 = 0; print}' without_totals >selfs
    awk '{$1 = 0; print}' sorted | diff - selfs || fail "sqlite3 of $target: selfs add up to other sums"
    awk '{$1 = 0; print}' of_jsonl | diff - selfs || fail "jq of $target: selfs add up to other sums"
done
