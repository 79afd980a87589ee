/* 10,000 short threads, or argv[1], 64 alive at once. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "count.h"

enum { AT_ONCE = 64 };

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

static void worker(void)
{
    COUNT();
    for (int i = 0; i < 5; i++)
        branch(i);
}

/* The first call of a thread is the one where most is to be done, all of it without touching errno. */
static UNTRACED void *begin(void *argument)
{
    errno = 12345;
    worker();
    if (errno != 12345)
        abort();
    return argument;
}

static pthread_t start(void)
{
    COUNT();
    pthread_t thread;
    if (pthread_create(&thread, NULL, begin, NULL) != 0)
        abort();
    return thread;
}

int main(int count, char **arguments)
{
    COUNT();
    int threads = count > 1 ? atoi(arguments[1]) : 10000;
    pthread_t alive[AT_ONCE];
    for (int i = 0; i < threads; i++) {
        if (i >= AT_ONCE)
            pthread_join(alive[i % AT_ONCE], NULL);
        alive[i % AT_ONCE] = start();
    }
    for (int i = 0; i < AT_ONCE; i++)
        pthread_join(alive[i], NULL);
    return 0;
}
