/* exit() in the depths of a recursion, with atexit functions that call traced functions. e2e/exit_deep.tree. */
#include <stdio.h>
#include <stdlib.h>

#include "count.h"

static volatile int sink;

static NOINLINE void last_work(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void at_exit(void)
{
    COUNT();
    last_work(1);
    last_work(2);
}

static NOINLINE int descend(int depth)
{
    COUNT();
    if (depth == 0)
        exit(42);
    return depth < 0 ? 0 : descend(depth - 1) + 1;
}

int main(void)
{
    COUNT();
    atexit(at_exit);
    puts("buffered until exit");
    return descend(50);
}
