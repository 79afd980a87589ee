# Formats of paths tell threads apart: what each has in them is what report says of it, and together it is what they have
# without telling.
. "$ROOT/tests/e2e/export.bash"
export HOME=$PWD
build threads gcc -O1
"$CALLTAPE" record --preempted in --clock exact -o t.tape -- ./threads 64 >/dev/null 2>&1
reported_threads() { # [OPTION...]: tid, calls, self
    "$CALLTAPE" report --per thread --format json --limit 0 "$@" t.tape 2>/dev/null |
        jq -r '.[] | "\(.tid) \(.calls) \(.self_ns)"' | awk '{c[$1] += $2; s[$1] += $3} END {for (t in c) print t, c[t], s[t]}' | sort
}
compare() { # [OPTION...]
    reported_threads "$@" >expected
    [ "$(wc -l <expected)" = 65 ] || fail "$(wc -l <expected) threads"
    "$CALLTAPE" export --to folded "$@" -o merged t.tape 2>/dev/null
    "$CALLTAPE" export --to folded --per thread "$@" -o folded t.tape 2>/dev/null
    expect_equal "sums of $*" "$(awk '{s += $NF} END {printf "%d", s}' merged)" "$(awk '{s += $NF} END {printf "%d", s}' folded)"
    sed -nE 's/^threads \(([0-9]+)\);.* ([0-9]+)$/\1 \2/p' folded | awk '{s[$1] += $2} END {for (t in s) printf "%s %d\n", t, s[t]}' |
        sort >selfs
    # Each thread's to within rounding; where costs are taken out, that is done of functions' sums.
    [ "$*" != --raw ] || join expected selfs |
        awk '{d = $3 - $4; if (d < 0) d = -d; if (d > 30) {print; wrong = 1}} END {exit wrong}' || fail "threads' selfs"
    [ "$*" != --raw ] || expect_equal "threads in folded stacks" 65 "$(wc -l <selfs)"
    command -v go >/dev/null || return 0
    "$CALLTAPE" export --to pprof "$@" -o x.pb t.tape 2>/dev/null
    go tool pprof -raw x.pb 2>pprof.err | awk '
        /^ +[0-9]+ +[0-9]+: / {calls = $1; self = $2 + 0}
        /^ +thread:\[/ && $1 != "thread:[threads]" {exit 1}
        /^ +tid:\[/ {gsub(/[^0-9]/, ""); c[$0] += calls; s[$0] += self}
        END {for (t in c) printf "%s %d %d\n", t, c[t], s[t]}' | sort >labels
    expect_equal "calls by pprof's labels" "$(cut -d' ' -f1,2 expected)" "$(cut -d' ' -f1,2 labels)"
    expect_equal "selfs by pprof's labels" "$(cat selfs)" "$(cut -d' ' -f1,3 labels | grep -v ' 0$')"
}
compare --raw
compare

# Where there are processes too, they come first.
build forks gcc -O1
"$CALLTAPE" record --preempted in -o t.tape -- ./forks >/dev/null 2>&1 || true
"$CALLTAPE" export --to folded --per thread t.tape 2>/dev/null >folded
[ "$(sed -E 's/;.*//' folded | sort -u | wc -l)" -gt 1 ] && ! grep -qvE '^[^;]*forks[^;]* \([0-9]+\);forks \([0-9]+\);' folded ||
    fail "processes and threads: $(head -n 3 folded)"

# A quarter of a million paths take a few dozen megabytes.
cat >trie.c <<'C'
int zero(int depth, unsigned path), one(int depth, unsigned path);
int zero(int depth, unsigned path)
{
    return depth == 0 ? 1 : path & 1 ? one(depth - 1, path >> 1) : zero(depth - 1, path >> 1);
}
int one(int depth, unsigned path)
{
    return depth == 0 ? 1 : path & 1 ? one(depth - 1, path >> 1) : zero(depth - 1, path >> 1);
}
int main(void)
{
    int sum = 0;
    for (unsigned path = 0; path < 1u << 17; path++)
        sum += zero(17, path);
    return sum != 1 << 17;
}
C
gcc -O0 -finstrument-functions trie.c -o trie
"$CALLTAPE" record --preempted in -o t.tape -- ./trie >/dev/null 2>&1
for format in folded pprof; do
    peak=$(python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$CALLTAPE" export --to $format -o x t.tape)
    [ "$peak" -lt 60000 ] || fail "$format of 262,143 paths takes $peak kB"
done
"$CALLTAPE" export --to folded t.tape 2>/dev/null | grep -q . || fail "no paths"
expect_equal "calls of the last of the last" $((18 * (1 << 17) + 1)) "$(info .calls)"
