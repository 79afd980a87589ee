/* waiting_threads THREADS CALLS [killed]: each thread makes calls and waits within one, then the main thread makes
 * as many as would overwrite all of theirs; then all end, or are killed. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "count.h"

static volatile int sink;
static pthread_barrier_t ready, end;

static NOINLINE void leaf(int i)
{
    COUNT();
    sink = i;
}

static NOINLINE void stay(void)
{
    COUNT();
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&end);
}

static UNTRACED void *run(void *calls)
{
    for (long i = 0; i < (long)calls; i++)
        leaf((int)i);
    stay();
    return NULL;
}

UNTRACED int main(int argc, char **argv)
{
    int threads = atoi(argv[1]);
    pthread_t last;
    pthread_barrier_init(&ready, NULL, (unsigned)threads + 1);
    pthread_barrier_init(&end, NULL, (unsigned)threads + 1);
    for (int i = 0; i < threads; i++)
        pthread_create(&last, NULL, run, (void *)atol(argv[2]));
    pthread_barrier_wait(&ready);
    for (int i = 0; i < 200000; i++)
        leaf(i);
    if (argc > 3)
        raise(SIGKILL);
    pthread_barrier_wait(&end);
    pthread_join(last, NULL);
    return 0;
}
