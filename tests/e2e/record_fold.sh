# record --fold: counts, sums and extremes are those of what was recorded, the tape is smaller, and it is said; also of
# several threads, with filters that act at the end, and when the recorder is killed.
. "$ROOT/tests/e2e/lib.sh"
cat >loops.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static int same(int a, int b) { return a == b; }
static int blank(int c) { return c == ' '; }
static int search(int from) {
    int found = 0;
    for (int i = 0; i < 300; i++)
        found += same(i, from) + (i % 5 == 0 ? blank(i) : 0);
    return found;
}
static void *work(void *count) {
    for (long i = 0; i < (long)count; i++)
        search((int)i);
    return NULL;
}
int main(int argc, char **argv) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, (void *)1000);
    work((void *)2000);
    pthread_join(thread, NULL);
    if (argc == 3) {
        fclose(fopen(argv[1], "w"));
        while (access(argv[2], F_OK) != 0)
            usleep(1000);
    }
    work((void *)500);
    return 0;
}
END
gcc -O0 -g -pthread -finstrument-functions -o loops loops.c
record() { # TAPE OPTIONS...
    local tape=$1
    shift
    "$CALLTAPE" record --clock exact -o "$tape" "$@" -- ./loops 2>/dev/null
    "$CALLTAPE" check "$tape" >/dev/null || fail "$tape is not sound"
}
counts() { "$CALLTAPE" report --format csv --columns calls "$@" | cut -d, -f1-3 | LC_ALL=C sort; }
size() { stat -c %s "$1"; }

record plain.tape
record folded.tape --fold 1k
counts plain.tape >expected
counts folded.tape 2>said | diff expected - || fail "counts differ"
[ $((3 * $(size folded.tape))) -lt "$(size plain.tape)" ] || fail "$(size folded.tape) of $(size plain.tape) bytes"
grep -q '^warning: record --fold 1,000 folded [0-9,]* short calls of 2 functions' <("$CALLTAPE" report folded.tape 2>&1) ||
    fail "not said: $("$CALLTAPE" report folded.tape 2>&1)"
"$CALLTAPE" info folded.tape | grep -q 'every event was recorded with a time' || fail "$("$CALLTAPE" info folded.tape)"

# What summaries say is what the events say; each caller has its own.
diff <("$CALLTAPE" report --format json folded.tape) <("$CALLTAPE" report --format json --no-summary folded.tape) ||
    fail "summaries differ"
expect_equal "calls by caller" "1050000 210000" "$("$CALLTAPE" query --format csv folded.tape "select count(*) from calls
    where name in ('same', 'blank') group by name, caller order by 1 desc" | tail -n +2 | paste -sd' ')"

# Nothing is called so often: a tape as any other.
record seldom.tape --fold 1M
counts seldom.tape | diff expected - || fail "counts differ where nothing is folded"
"$CALLTAPE" report seldom.tape 2>&1 | grep -q 'folded' && fail "folded, though nothing was called so often"

# What is written anew when the recording ends is folded again.
record narrow.tape --fold 1000 --under search
expect_equal "calls under search" "1050000 210000" \
    "$("$CALLTAPE" report --format json narrow.tape | jq -r '"\(.[] | select(.function != "search").calls)"' |
        sort -rn | paste -sd' ')"
grep -q 'folded [0-9,]* short calls' <("$CALLTAPE" report narrow.tape 2>&1) || fail "not folded again"

# The recorder is killed.
"$CALLTAPE" record --clock exact --fold 1000 --buffer 1M -o killed.tape -- sh -c './loops half go; >ended' 2>/dev/null &
recorder=$!
wait_for_file half
kill -KILL $recorder
wait $recorder 2>/dev/null || true
touch go
wait_for_file ended
"$CALLTAPE" check --repair -o repaired.tape killed.tape >/dev/null || fail "no repair"
counts repaired.tape 2>said | diff expected - || fail "counts differ after the recorder was killed"
"$CALLTAPE" report repaired.tape 2>&1 | grep -q 'Short calls were folded' || fail "not said of what was repaired"
