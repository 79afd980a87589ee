/* More calls than any small buffer holds: a first one, then rounds of them in the main thread and in others, then a
 * last one. Says that it is about to begin by making the file argv[2], waits for the file argv[3]; after the rounds
 * makes argv[4] and waits for argv[5]. Ends by SIGKILL where argv[6] is given. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "count.h"

static volatile int sink;
static int rounds;

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void first(void)
{
    COUNT();
}

static NOINLINE void last(void)
{
    COUNT();
}

static NOINLINE void flood(void)
{
    COUNT();
    for (int i = 0; i < rounds; i++)
        leaf(i);
}

static void *worker(void *nothing)
{
    COUNT();
    flood();
    return nothing;
}

/* Waits long enough for its chunk to be the oldest. */
static void *idler(void *stop)
{
    COUNT();
    while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED))
        usleep(1000);
    last();
    return NULL;
}

UNTRACED static void meet(const char *here, const char *there)
{
    fclose(fopen(here, "w"));
    while (access(there, F_OK) != 0)
        usleep(1000);
}

int main(int count, char **arguments)
{
    COUNT();
    pthread_t worked, idle;
    int stop = 0;
    rounds = atoi(arguments[1]);
    first();
    pthread_create(&idle, NULL, idler, &stop);
    meet(arguments[2], arguments[3]);
    pthread_create(&worked, NULL, worker, NULL);
    flood();
    pthread_join(worked, NULL);
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    pthread_join(idle, NULL);
    last();
    meet(arguments[4], arguments[5]);
    if (count > 6) {
        counts_write();
        raise(SIGKILL);
    }
    return 0;
}
