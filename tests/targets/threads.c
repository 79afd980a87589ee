/* 10,000 short threads, 64 alive at once. */
#include <pthread.h>
#include <stdlib.h>

#include "count.h"

enum { THREADS = 10000, AT_ONCE = 64 };

static volatile int sink;

static void leaf(int n)
{
    COUNT();
    sink = n;
}

static void branch(int n)
{
    COUNT();
    leaf(n);
    leaf(n + 1);
}

static void *worker(void *argument)
{
    COUNT();
    for (int i = 0; i < 5; i++)
        branch(i);
    return argument;
}

static pthread_t start(void)
{
    COUNT();
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, NULL) != 0)
        abort();
    return thread;
}

int main(void)
{
    COUNT();
    pthread_t alive[AT_ONCE];
    for (int i = 0; i < THREADS; i++) {
        if (i >= AT_ONCE)
            pthread_join(alive[i % AT_ONCE], NULL);
        alive[i % AT_ONCE] = start();
    }
    for (int i = 0; i < AT_ONCE; i++)
        pthread_join(alive[i], NULL);
    return 0;
}
