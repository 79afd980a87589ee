# Every command of the README's blocks marked "run" does what it is there for. LIB and PATH stand for an installation.
. "$ROOT/tests/e2e/lib.sh"
mkdir bin
ln -s "$CALLTAPE" bin/calltape
export PATH=$PWD/bin:$PATH LIB=$BUILD XDG_CACHE_HOME=$PWD/cache
cat >prog.c <<'C'
static int twice(int n) { return 2 * n; }
int main(void) { return twice(21) - 42; }
C
awk '/^<!-- run -->/ {run = 1; next} /^```/ {inside = run && !inside; if (!inside) run = 0; next} inside' \
    "$ROOT/README.md" >commands
[ "$(wc -l <commands)" -ge 18 ] || fail "only $(wc -l <commands) commands found"
while read -r command; do
    bash -euc "$command" >out 2>err </dev/null || fail "$command: $(cat out err)"
    case $command in calltape\ re[^c]*) [ -s out ] || fail "$command prints nothing" ;; esac
done <commands
expect_equal "calls in packed.tape" 2 "$(info .calls packed.tape)"
