# Rows of calls that began before the range are told from calls of it; functions have the calls that report has.
tape=$ROOT/tests/golden/plain.tape
range=27.5ms..32ms
"$CALLTAPE" query --range $range --format csv "$tape" \
    "select name, sum(counted), sum(self) from calls group by 1 order by 1" 2>&1 >rows
cat rows
for sql in "select name, sum(counted) from calls group by 1 order by 1" \
    "select name, calls from functions where total > 0 order by 1"; do
    "$CALLTAPE" query --range $range --format csv "$tape" "$sql" 2>/dev/null | tail -n +2 >counts
    "$CALLTAPE" report --range $range --format csv --sort name "$tape" 2>/dev/null | cut -d, -f1,5 | tail -n +2 | diff counts - && echo same
done
"$CALLTAPE" query --range $range "$tape" "select count(*) as calls from calls where counted" 2>&1
# Without a range there is nothing to say.
"$CALLTAPE" query "$tape" "select count(*), sum(counted) from calls" 2>&1
