# pprof: what `go tool pprof` makes of it is what report says.
. "$ROOT/tests/e2e/export.bash"
needs go golang-go
export HOME=$PWD

top() { # SAMPLE
    go tool pprof -top -nodecount=0 -nodefraction=0 -edgefraction=0 -unit=ns -sample_index="$1" x.pb 2>pprof.err |
        sed '1,/flat%/d' | sed -E 's/(ns)? +[0-9.]+% +[0-9.]+% +/ /; s/(ns)? +[0-9.]+% +/ /'
}

for target in $EXPORT_TARGETS; do
    record_target $target
    # Raw: a cumulative time is the sum of selfs, of which each is corrected by itself and none is below 0.
    reported --raw >expected
    "$CALLTAPE" export --to pprof --raw -o x.pb t.tape 2>/dev/null
    top time >times
    top calls >calls
    {
        awk '{n = $1; $1 = $2 = ""; print n, 0, 0, substr($0, 3)}' calls
        awk '{self = $1; total = $2; $1 = $2 = ""; print 0, total, self, substr($0, 3)}' times
    } | sum_figures >figures
    # What pprof calls cumulative are the selfs below; a call's total has the time as well in which its stack was away.
    [ $target != coroutines ] || sed -i -E 's/^([0-9]+) [0-9]+ /\1 0 /' expected figures
    expect_figures "go tool pprof of $target" expected figures
done
