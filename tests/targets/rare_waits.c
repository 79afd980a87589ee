/* Waits now and then among many short calls that it makes otherwise: between them, and within one in thousands of them.
 * Says how many nanoseconds it waited in each function, and whether the system tells threads of switches. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "count.h"

#define ROUNDS 12
#define CALLS 3000

static volatile int sink;
static int64_t in_serve, in_look;
extern const unsigned __rseq_size __attribute__((weak));

static UNTRACED int64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static UNTRACED int64_t wait_a_while(void)
{
    struct timespec time = {0, 3000000};
    int64_t start = nanoseconds();
    nanosleep(&time, NULL);
    return nanoseconds() - start;
}

static NOINLINE void leaf(int i)
{
    COUNT();
    sink = i;
}

static NOINLINE void look(int i)
{
    COUNT();
    sink = i;
    if (i == CALLS / 2)
        in_look += wait_a_while();
}

static NOINLINE void calls(void)
{
    COUNT();
    for (int i = 0; i < CALLS; i++) {
        leaf(i);
        look(i);
        leaf(i);
    }
}

static NOINLINE void serve(void)
{
    COUNT();
    leaf(-1);
    look(-1);
    in_serve += wait_a_while();
    look(-1);
    leaf(-1);
}

int main(void)
{
    COUNT();
    for (int i = 0; i < ROUNDS; i++) {
        calls();
        serve();
    }
    printf("%lld %lld %d\n", (long long)in_serve, (long long)in_look, &__rseq_size && __rseq_size);
    return 0;
}
