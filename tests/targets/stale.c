/* A longjmp out of calls whose frames then lie untouched within the large, unused part of a new one, called from where
 * the jump ended: directly, through an untraced function, and from deeper than the jump's target. */
#include <setjmp.h>

#include "count.h"

enum { ROUNDS = 100 };

static jmp_buf target;
static volatile int sink;

/* Makes the compiler keep the whole of an array that is hardly used. */
#define KEEP(array) __asm__ volatile("" : : "r"(array) : "memory")

static NOINLINE void jump(int n)
{
    COUNT();
    sink = n;
    longjmp(target, 1);
}

static NOINLINE void between(int n)
{
    COUNT();
    jump(n);
    sink = n;
}

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void small(int n)
{
    COUNT();
    volatile char unused[64];
    KEEP(unused);
    unused[5] = (char)n;
    leaf(unused[5]);
}

static NOINLINE void large(int n)
{
    COUNT();
    volatile char unused[4000];
    KEEP(unused);
    unused[5] = (char)n;
    leaf(unused[5]);
}

static NOINLINE UNTRACED void through(void (*function)(int), int n)
{
    volatile char unused[2000];
    KEEP(unused);
    unused[7] = (char)n;
    function(unused[7]);
    sink = n;
}

static NOINLINE void rounds(void)
{
    COUNT();
    for (volatile int i = 0; i < ROUNDS; i++) {
        if (!setjmp(target))
            between(i);
        small(i);
        if (!setjmp(target))
            between(i);
        large(i);
        if (!setjmp(target))
            between(i);
        through(large, i);
        if (!setjmp(target))
            through(between, i);
        through(small, i);
    }
}

int main(void)
{
    COUNT();
    rounds();
    return 0;
}
