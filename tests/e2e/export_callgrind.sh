# callgrind: what callgrind_annotate makes of it is what report says.
. "$ROOT/tests/e2e/export.bash"
needs callgrind_annotate valgrind

# `number (share%)  FILE:NAME [OBJECT]` of its table; names may hold blanks.
annotated() { # OPTION...
    callgrind_annotate --threshold=100 --auto=no "$@" x.out 2>callgrind.err |
        sed -nE 's/^ *([0-9,]+)( \( *[0-9.]+%\))? +[^:]*:(.*) \[[^][]*\]$/\1 \3/p' | sed -E ':again s/^([0-9]+),/\1/; t again' |
        sed 's/ \[[^][]*\]$//'
}

# Calls of a function: the sum of what each caller did.
counted() {
    callgrind_annotate --threshold=100 --auto=no --inclusive=yes --tree=caller x.out 2>/dev/null |
        sed -nE 's/^.*< .* \(([0-9,]+)x\) \[[^]]*\]$/calls \1/p; s/^ *[0-9,]+( \( *[0-9.]+%\))? +\*  [^:]*:(.*) \[[^][]*\]$/of \2/p' |
        awk '/^calls/ {gsub(",", ""); calls += $2; next} {sub(/^of /, ""); sub(/ \[[^][]*\]$/, ""); print calls + 0, $0; calls = 0}'
}

for target in $EXPORT_TARGETS; do
    record_target $target
    reported | awk '$1 > 0 || $3 > 0' >expected
    "$CALLTAPE" export --to callgrind -o x.out t.tape 2>/dev/null
    annotated --inclusive=yes >totals
    annotated --inclusive=no >selfs
    [ ! -s callgrind.err ] || fail "callgrind_annotate says: $(head -n 3 callgrind.err)"
    counted >calls
    {
        awk '{n = $1; $1 = ""; print n, 0, 0, substr($0, 2)}' calls
        awk '{n = $1; $1 = ""; print 0, n, 0, substr($0, 2)}' totals
        awk '{n = $1; $1 = ""; print 0, 0, n, substr($0, 2)}' selfs
    } | sum_figures | grep -v ' \[program\]$' >figures
    expect_figures "callgrind_annotate of $target" expected figures
done
