/* Two threads, one after the other: each calls before(), three or no times request(), after(). */
#include <pthread.h>

#include "count.h"

static volatile int sink;

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void leaves(int n)
{
    COUNT();
    for (int i = 0; i < n; i++)
        leaf(i);
    sink = n;
}

static NOINLINE void before(void)
{
    COUNT();
    for (int i = 0; i < 5; i++)
        leaf(i);
    sink = 1;
}

static NOINLINE void nested(void)
{
    COUNT();
    for (int i = 0; i < 5; i++)
        leaf(i);
    sink = 2;
}

static NOINLINE void request(void)
{
    COUNT();
    for (int i = 0; i < 10; i++)
        leaf(i);
    nested();
    sink = 3;
}

static NOINLINE void after(void)
{
    COUNT();
    leaves(7);
    sink = 4;
}

static NOINLINE void *worker(void *argument)
{
    COUNT();
    before();
    after();
    return argument;
}

int main(void)
{
    pthread_t thread;
    COUNT();
    pthread_create(&thread, NULL, worker, NULL);
    pthread_join(thread, NULL);
    before();
    for (int i = 0; i < 3; i++)
        request();
    after();
    return 0;
}
