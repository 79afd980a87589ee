/* Works until the system has taken the processor from it twenty times, and says how many nanoseconds it had none, and
 * how many passed. */
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "count.h"

static volatile int sink;

static NOINLINE void leaf(const char *name)
{
    COUNT();
    sink = name[0];
}

static NOINLINE void work(void)
{
    COUNT();
    for (int i = 0; i < 1000; i++)
        leaf(i % 2 ? "odd" : "even");
}

static UNTRACED int64_t nanoseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static UNTRACED long preemptions(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nivcsw;
}

/* Not traced: all that is lies between the readings. */
UNTRACED int main(void)
{
    int64_t elapsed = nanoseconds(CLOCK_MONOTONIC), worked = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    long taken = preemptions();
    while (preemptions() - taken < 20)
        work();
    elapsed = nanoseconds(CLOCK_MONOTONIC) - elapsed;
    worked = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - worked;
    printf("%lld %lld\n", (long long)(elapsed - worked), (long long)elapsed);
    return 0;
}
