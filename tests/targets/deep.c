/* Recursion 1,000,000 deep, on a stack made for it. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "count.h"

enum { DEPTH = 1000000 };
#define STACK ((size_t)1 << 30)

static volatile int sink;

static NOINLINE long descend(long depth)
{
    COUNT();
    if (depth == 0)
        return sink;
    return descend(depth - 1) + 1;
}

static void *worker(void *argument)
{
    COUNT();
    *(long *)argument = descend(DEPTH - 1);
    descend(10);
    return argument;
}

int main(void)
{
    COUNT();
    void *memory = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        abort();
    pthread_attr_t large;
    pthread_attr_init(&large);
    pthread_attr_setstack(&large, memory, STACK);
    pthread_t thread;
    long depth = -1;
    if (pthread_create(&thread, &large, worker, &depth) != 0)
        abort();
    pthread_join(thread, NULL);
    printf("%ld\n", depth);
    return 0;
}
