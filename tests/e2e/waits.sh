# Programs whose threads let one another go on in a known order, which they print: `critical` finds it. Counts are exact
# with --waits, and what programs are answered is what it was.
. "$ROOT/tests/e2e/lib.sh"
OPTIONS=--waits

chain() { # OPTIONS OF CRITICAL: `thread wait` lines
    "$CALLTAPE" critical --format json "$@" t.tape 2>/dev/null >critical.json || fail "no chain"
    jq -r '.segments[] | "\(.thread_name) \(.wait // "-")"' critical.json | sed 's/\[wait: \(.*\)\]$/\1/; s/^waits /main /'
}

# The functions sum to what has elapsed, and each stretch begins where the one before ends.
expect_sums() {
    jq -e '([.rows[].ns] | add) == .elapsed_ns and .elapsed_ns == .to_ns - .from_ns and
        .segments[0].from_ns == .from_ns and .segments[-1].to_ns == .to_ns and
        ([.segments, .segments[1:]] | transpose | map(select(.[1])) | all(.[0].to_ns == .[1].from_ns))' \
        critical.json >/dev/null || fail "it does not sum: $(cat critical.json)"
}

for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build waits $compiler
    for what in relay pipeline; do
        record_and_compare ./waits $what
        case $what in
        relay) chain >found ;;
        pipeline) chain --call run_stages >found ;;
        esac
        diff -u traced.out found || fail "another chain in $what"
        expect_sums
    done
    record_and_compare ./waits odd
done

# The order in which threads get a lock is another in each run.
for what in convoy broadcast; do
    for clock in exact adaptive; do
        rm -f "$COUNTS"
        "$CALLTAPE" record --waits --clock $clock -o t.tape -- ./waits $what >expected 2>/dev/null
        expect_counts
        expect_nothing_lost
        chain --call let_go >found
        diff -u expected found || fail "another chain in $what"
        expect_sums
    done
done

# Without a wait nothing is recorded of locks; with none recorded it says how they are.
build steady gcc -O2
"$CALLTAPE" record --waits -o steady.tape -- ./steady >/dev/null 2>&1 || true
expect_equal "waits where there are none" "" "$("$CALLTAPE" report --format json --limit 0 steady.tape | grep -o 'wait:' || true)"
"$CALLTAPE" critical steady.tape | grep -q 'calltape record --waits' || fail "it does not say how waits are recorded"

# A sanitizer that follows locks itself sees all of them, once.
cat >clean.c <<'C'
#include <pthread.h>
#include <semaphore.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t semaphore;
static int ready, sum;
static void *run(void *argument)
{
    sum = 1;
    sem_post(&semaphore);
    pthread_mutex_lock(&mutex);
    ready = 1;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
    return argument;
}
int main(void)
{
    pthread_t thread;
    sem_init(&semaphore, 0, 0);
    pthread_create(&thread, NULL, run, NULL);
    pthread_mutex_lock(&mutex);
    while (!ready)
        pthread_cond_wait(&condition, &mutex);
    pthread_mutex_unlock(&mutex);
    sem_wait(&semaphore);
    sum++;
    return pthread_join(thread, NULL) != 0 || sum != 2;
}
C
for compiler in "gcc -fsanitize=thread" "clang -fsanitize=thread" "gcc -fsanitize=address"; do
    $compiler -O1 -finstrument-functions -pthread -o clean clean.c
    "$CALLTAPE" record --waits -o t.tape -- ./clean >out 2>err || fail "$compiler: $(cat err)"
done

# Threads by the thousand, threads that end in all ways, forks, signals at any instruction.
build threads gcc -O2
record_and_compare ./threads 2000
build thread_ends gcc -O2
record_and_compare ./thread_ends
build forks gcc -O2
record_and_compare ./forks
