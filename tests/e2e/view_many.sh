# Calls 100,000 deep, and 5,000 threads: the page of either is made at once, and the server sums up all threads.
. "$ROOT/tests/e2e/lib.sh"
command -v python3 >/dev/null || skip "no python3 to ask the server with"
cat >deep.c <<'C'
volatile int sink;
__attribute__((noinline)) int down(int n)
{
    for (int i = 0; i < 500; i++)
        sink++;
    return n > 0 ? down(n - 1) + 1 : 0;
}
int main(void)
{
    return down(100000) != 100000;
}
C
cat >many.c <<'C'
#include <pthread.h>
#include <stddef.h>
__attribute__((noinline)) void step(void) { __asm__ volatile(""); }
static void *work(void *unused)
{
    step();
    return unused;
}
int main(void)
{
    for (int i = 0; i < 5000; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, NULL) != 0)
            return 1;
        pthread_join(thread, NULL);
    }
    return 0;
}
C
gcc -O0 -finstrument-functions -o deep deep.c
gcc -O1 -finstrument-functions -pthread -o many many.c
"$CALLTAPE" record -o deep.tape -- ./deep >/dev/null 2>&1
"$CALLTAPE" record -o many.tape -- ./many >/dev/null 2>&1

# It takes 0.1 s of processor time; it took 11 s when each tile cost the depth of the calls.
(ulimit -t 3 && "$CALLTAPE" view --html deep.html deep.tape 2>/dev/null) || fail "the page of deep calls takes for ever"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$ROOT/tests/support python3 "$ROOT/tests/e2e/view_many.py" many.tape
