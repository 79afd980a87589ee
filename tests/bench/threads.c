/* threads N LEVEL: N threads, each computes the same fib(LEVEL), all at once. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS_MAX = 64 };

static unsigned long level;
static pthread_barrier_t start;

static unsigned long fib(unsigned long n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static void *work(void *argument)
{
    pthread_barrier_wait(&start);
    *(unsigned long *)argument = fib(level);
    return NULL;
}

int main(int argc, char **argv)
{
    unsigned long count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0, results[THREADS_MAX];
    pthread_t threads[THREADS_MAX];
    if (count == 0 || count > THREADS_MAX)
        return 2;
    level = strtoul(argv[2], NULL, 10);
    pthread_barrier_init(&start, NULL, (unsigned)count);
    for (unsigned long i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, work, &results[i]) != 0)
            abort();
    for (unsigned long i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    printf("%lu\n", results[count - 1]);
    return 0;
}
