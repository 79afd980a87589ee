# What uftrace recorded: calls and times are those that `uftrace report` prints, from its directory and from its JSON.
. "$ROOT/tests/e2e/export.bash"
needs uftrace uftrace
cat >prog.cpp <<'C'
#include <pthread.h>
#include <setjmp.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
static volatile int sum;
static jmp_buf place;
namespace deep { int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); } }
void leaf() { sum++; }
void thrower(int n) { if (n == 0) throw std::runtime_error("x"); thrower(n - 1); }
void catcher() { try { thrower(3); } catch (const std::exception &) { leaf(); } }
void *work(void *p) { for (int i = 0; i < 1000; i++) leaf(); deep::fib(8); catcher(); return p; }
int main(int argc, char **)
{
    pthread_t thread;
    if (argc > 1) { leaf(); return 0; }
    pthread_create(&thread, nullptr, work, nullptr);
    deep::fib(12);
    pthread_join(thread, nullptr);
    if (fork() == 0) { leaf(); _exit(0); }
    wait(nullptr);
    if (fork() == 0) { execl("./prog", "prog", "again", (char *)nullptr); _exit(1); }
    wait(nullptr);
    return 0;
}
C
g++ -O0 -g -pg -o prog prog.cpp -pthread
uftrace record --no-libcall --no-event -d d ./prog >record.out 2>&1 || skip "uftrace can't record here: $(tail -n 1 record.out)"

# `calls total self name` in nanoseconds; uftrace prints three decimals of a unit.
uftrace report -d d --no-pager -f total,self,call | awk '
    function ns(number, unit) {return number * (unit == "us" ? 1e3 : unit == "ms" ? 1e6 : unit == "s" ? 1e9 : 1)}
    $NF == "<0>" {next} # an exception confused it
    $1 ~ /^[0-9]/ {
        calls = $5; total = ns($1, $2); self = ns($3, $4); $1 = $2 = $3 = $4 = $5 = ""
        name = substr($0, 6); sub(/^_+/, "", name)
        printf "%d %d %d %s\n", calls, total, self, name
    }' | sum_figures >expected
[ "$(grep -c . expected)" -ge 6 ] || fail "uftrace report: $(cat expected)"

compare() { # TAPE WHAT
    cp "$1" t.tape
    "$CALLTAPE" check t.tape >/dev/null || fail "$2: the tape is not sound"
    reported --raw | sed -E 's/ ([^ ]*::)*([a-z]+)$/ \2/' | sum_figures >figures
    sed -E 's/ ([^ ]*::)*([a-z]+)$/ \2/' expected | sum_figures >names
    # A thousandth of a millisecond is what uftrace rounds to.
    awk 'NR == FNR {c[$4] = $1; t[$4] = $2; s[$4] = $3; next}
        {d = t[$4] - $2; e = s[$4] - $3; if (d < 0) d = -d; if (e < 0) e = -e
         if (c[$4] != $1 || d > 1500 || e > 1500) {print $0 " / uftrace: " c[$4], t[$4], s[$4]; bad = 1} delete c[$4]}
        END {for (n in c) {print n " is missing"; bad = 1} exit bad}' names figures || fail "$2: other figures than uftrace's"
}
"$CALLTAPE" import d -o u.tape 2>said || fail "import: $(cat said)"
compare u.tape "the directory"
expect_equal "processes" 3 "$("$CALLTAPE" info --format json u.tape | jq .processes)"
uftrace dump -d d --chrome --no-pager >u.json 2>/dev/null
"$CALLTAPE" import u.json -o c.tape 2>said || fail "import of its JSON: $(cat said)"
all_of() { # TAPE
    "$CALLTAPE" report --raw --format json "$1" 2>/dev/null |
        jq -r '.[] | "\(.calls) \(.total_ns) \(.self_ns) \(.function)"' | sed -E 's/ ([^ ]*::)*([a-z]+)$/ \2/' | sort
}
all_of c.tape >from_json
all_of u.tape | diff - from_json || fail "calls and times of its JSON are not those of its directory"
