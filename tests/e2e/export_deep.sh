# Formats of paths, of calls too deep to have paths of their own: their sums are report's, and those calls are counted.
. "$ROOT/tests/e2e/export.bash"
export HOME=$PWD

# Recursion 500 deep; the deepest call spends the time.
cat >leaf.c <<'C'
#include <time.h>
__attribute__((noinline)) int leaf(void)
{
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    do
        clock_gettime(CLOCK_MONOTONIC, &to);
    while ((to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec < 5000000);
    return 1;
}
__attribute__((noinline)) int down(int n)
{
    return (n > 1 ? down(n - 1) : leaf()) + 1;
}
int main(void)
{
    return down(500) != 501;
}
C
gcc -O0 -finstrument-functions leaf.c -o leaf
"$CALLTAPE" record --preempted in --clock exact -o t.tape -- ./leaf >/dev/null 2>&1

compare() { # WHAT DEEPER-CALLS [OPTION...]
    local what=$1 deeper=$2
    shift 2
    reported "$@" >report
    "$CALLTAPE" export --to folded "$@" -o x.folded t.tape 2>notes
    grep -q " note: $deeper calls deeper than 400 levels .* summed up as \[deeper\]" notes || fail "$what: $(cat notes)"
    local self
    self=$(awk '{s += $3} END {printf "%d", s}' report)
    expect_equal "$what, folded" "$self" "$(awk '{s += $NF} END {printf "%d", s}' x.folded)"
    "$CALLTAPE" export --to pprof "$@" -o x.pb t.tape 2>notes
    grep -q " note: $deeper calls deeper than" notes || fail "$what, pprof: $(cat notes)"
    command -v go >/dev/null || return 0
    go tool pprof -raw x.pb 2>pprof.err | sed -nE 's/^ *([0-9]+) +([0-9]+): [0-9 ]+$/\1 \2/p' >samples
    expect_equal "$what, pprof's calls and time" "$(awk '{c += $1} END {printf "%d", c}' report) $self" \
        "$(awk '{c += $1; t += $2} END {printf "%d %d", c, t}' samples)"
    go tool pprof -top -sample_index=calls x.pb 2>pprof.err | grep -qE "^ +$deeper .*\[deeper\]" ||
        fail "$what: pprof shows no $deeper deeper calls"
}

for options in "" --raw; do
    compare "recursion $options" 102 $options
    # The time is the deepest call's.
    awk '/\[deeper\]/ {deeper = $NF} {all += $NF} END {exit deeper < 5000000 || all - deeper > all / 2}' x.folded ||
        fail "the time of the deepest call is not [deeper]'s"
done
cp "$ROOT/tests/golden/deep.tape" t.tape
compare "golden deep" 600
