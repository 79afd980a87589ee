/* Functions inlined where arguments for another call lie pushed, at their entry, their exit or both: gcc pops late. */
#include <stdio.h>

#include "count.h"

static NOINLINE int eight(int a, int b, int c, int d, int e, int f, int g, int h)
{
    COUNT();
    return a + b + c + d + e + f + g + h;
}

static NOINLINE void resolve(int *p)
{
    COUNT();
    __asm__ volatile("" : : "r"(p) : "memory");
}

static inline int add(int *p, int x)
{
    COUNT();
    p[0] += x;
    return p[0] & 1;
}

static inline void label(int *p, int l)
{
    COUNT();
    if (l)
        resolve(p);
}

static NOINLINE int refill(int *p, int n)
{
    COUNT();
    int l = add(p, n);
    eight(p[0], 1, 2, 3, 4, 5, 6, 7);
    l = add(p, l);
    label(p, n);
    eight(l, 1, 2, 3, 4, 5, 6, p[0]);
    add(p, 3);
    return p[0];
}

int main(void)
{
    COUNT();
    int p[4] = {0};
    long sum = 0;
    for (int i = 0; i < 100; i++)
        sum += refill(p, i);
    printf("%ld\n", sum);
    return 0;
}
