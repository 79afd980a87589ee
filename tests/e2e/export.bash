# For the tests of `export`: figures by function, a line each: `calls total self name`, nanoseconds, sorted by name.
. "$ROOT/tests/e2e/lib.sh"

needs() { # PROGRAM PACKAGE
    command -v "$1" >/dev/null || skip "$1 ($2) is not installed"
}

# What report says of the tape; functions of one name together.
reported() { # [OPTION...]
    "$CALLTAPE" report --format json --limit 0 "$@" t.tape 2>/dev/null |
        jq -r '.[] | "\(.calls) \(.total_ns) \(.self_ns) \(.function)"' | sum_figures
}

sum_figures() {
    awk '{
        calls = $1; total = $2; self = $3; $1 = $2 = $3 = ""; name = substr($0, 4)
        c[name] += calls; t[name] += total; s[name] += self
    } END {for (name in c) printf "%d %d %d %s\n", c[name], t[name], s[name], name}' | LC_ALL=C sort -k4
}

# Calls must be equal, times to within a ten-thousandth and what rounding each call and each function may cost; SLACK: so
# many nanoseconds more.
expect_figures() { # WHAT EXPECTED-FILE ACTUAL-FILE
    [ -s "$2" ] || fail "$1: nothing to compare with"
    awk -v what="$1" -v slack="${SLACK:-0}" '
        function name_of() {$1 = $2 = $3 = ""; return substr($0, 4)}
        function off(a, b) {return a > b ? a - b : b - a}
        FNR == NR {calls = $1; total = $2; self = $3; n = name_of(); c[n] = calls; t[n] = total; s[n] = self; next}
        {
            calls = $1; total = $2; self = $3; n = name_of()
            allowed = total / 10000 + 4 * calls + 4 + slack
            if (!(n in c)) {print what ": " n " is not in the report"; wrong++; next}
            if (c[n] != calls || off(t[n], total) > allowed || off(s[n], self) > allowed) {
                printf "%s: %s: %d calls, %d total, %d self; report: %d, %d, %d\n", what, n, calls, total, self, c[n], t[n], s[n]
                wrong++
            }
            delete c[n]
        }
        END {
            for (n in c) {print what ": " n " is missing"; wrong++}
            exit wrong != 0
        }' "$2" "$3" || fail "the figures of $1 are not those of report"
}

# Entries and exits as a consumer read them, in the order of each track: `track ns B|E [name]`; calls that did not begin
# here are marked N instead of B. What a recursive call takes is in its outermost one.
figures_of_events() {
    awk '{
        track = $1; ns = $2; kind = $3; $1 = $2 = $3 = ""; name = substr($0, 4)
        if (kind != "E") {
            d = ++depth[track]
            names[track, d] = name; start[track, d] = ns; children[track, d] = 0
            calls[name] += kind == "B"; seen[name]; open[track, name]++
            if (ns < last[track]) {print "time runs back on track " track > "/dev/stderr"; exit 1}
            last[track] = ns
            next
        }
        d = depth[track]--
        if (d == 0) {print "an exit without entry on track " track > "/dev/stderr"; exit 1}
        took = ns - start[track, d]; n = names[track, d]
        if (ns < last[track]) {print "time runs back on track " track > "/dev/stderr"; exit 1}
        last[track] = ns
        self[n] += took - children[track, d]
        if (--open[track, n] == 0) total[n] += took
        if (d > 1) children[track, d - 1] += took
    } END {
        for (track in depth) if (depth[track] != 0) {print depth[track] " calls are open on track " track > "/dev/stderr"; exit 1}
        for (n in seen) printf "%d %d %d %s\n", calls[n], total[n], self[n], n
    }' | LC_ALL=C sort -k4
}

# While a coroutine is switched away from, its calls take time that is no self time; tracks do not tell that.
leave_out_away() { # TARGET FILE...
    local target=$1
    shift
    [ "$target" != coroutines ] || sed -i -E 's/^([0-9]+ [0-9]+) [0-9]+ /\1 0 /' "$@"
}

# Programs of all kinds: plain ones, jumps, coroutines, forks, threads.
record_target() { # TARGET
    case $1 in
    coroutines) EXTRA=switch_ucontext.o && untraced switch_ucontext gcc ;;
    exceptions) EXTRA=exceptions_untraced.o && untraced exceptions_untraced gcc ;;
    esac
    build "$1" gcc -O1
    EXTRA=
    rm -f t.tape
    "$CALLTAPE" record --clock exact --buffer 256M --preempted in -o t.tape -- "./$1" >/dev/null 2>&1 || true
    [ -s t.tape ] || fail "$1 was not recorded"
}
EXPORT_TARGETS="jumps exceptions forks coroutines"
