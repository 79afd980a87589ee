# What fetching values by a system call took is known of each call, and taken out of its function's time.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "arguments are recorded on x86-64 only"
cat >fetching.c <<'C'
static volatile int sink;
static __attribute__((noinline)) void told(const char *text) { sink += text[0]; }
static __attribute__((noinline)) void plain(const char *text) { sink += text[0]; }
int main(void)
{
    for (int i = 0; i < 5000; i++) {
        told("some text");
        plain("some text");
    }
    return 0;
}
C
gcc -O1 -g -finstrument-functions -o fetching fetching.c || fail "no program"

of() { # FUNCTION FIELD OPTIONS...
    local function=$1 field=$2
    shift 2
    "$CALLTAPE" report --format json "$@" t.tape 2>/dev/null | jq ".[] | select(.function == \"$function\") | .$field"
}
for clock in exact adaptive; do
    "$CALLTAPE" record --clock $clock --args told:text -o t.tape -- ./fetching 2>/dev/null
    raw=$(of told self_ns --raw) cost=$(of told self_probe_ns) other=$(of plain self_probe_ns)
    half=$(of told p50_ns --raw --columns p50) net=$(of told p50_ns --columns p50)
    [ "$half" -gt "$((2 * net))" ] || fail "$clock: of $half ns of the usual call $net are left"
    [ "$cost" -gt "$((4 * other))" ] || fail "$clock: $cost ns, where nothing is fetched $other"
    # A sum is never less than its longest call.
    longest=$(of told max_ns) self=$((raw > cost ? raw - cost : 0))
    expect_equal "net self, $clock" "$((self > longest ? self : longest))" "$(of told self_ns)"
    # Each call has its own: the cost of the shortest is in it.
    [ "$(of told min_ns --raw)" -gt "$((4 * $(of told min_ns)))" ] || fail "$clock: the shortest call is not corrected"
    expect_equal "values, $clock" 5000 "$("$CALLTAPE" query t.tape \
        "select count(*) from calls where args ->> 'text' = 'some text'" --format csv | tail -1)"
    "$CALLTAPE" check t.tape >/dev/null || fail "$clock: not sound"
done
