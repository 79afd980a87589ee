/* Calls of a function of two ints, many times so many: prints what one took, in ns, where least came between. */
#include <stdio.h>
#include <time.h>

enum { CALLS = 10000, TIMES = 400 };

static volatile int seen;

__attribute__((noinline)) int two(int a, int b)
{
    seen += a;
    return a + b;
}

__attribute__((no_instrument_function)) static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

int main(void)
{
    double least = 0;
    int sum = 0;
    for (int time = 0; time < TIMES; time++) {
        double start = now_ns();
        for (int i = 0; i < CALLS; i++)
            sum += two(i, sum);
        double took = (now_ns() - start) / CALLS;
        least = time == 0 || took < least ? took : least;
    }
    printf("%.2f\n", least);
    return sum == 1;
}
