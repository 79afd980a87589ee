/* What gcc makes of a function that it splits: its head, with the entry hook, is inlined into the callers; the rest is
 * called by them and jumps to the exit hook, which so stands at the very place of the caller's hooks. The halves are
 * written out here, as compilers differ in when they do it. */
#include <stdio.h>

#include "count.h"

void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

static NOINLINE int twice(int a)
{
    COUNT();
    return 2 * a;
}

static NOINLINE int skipped(int a)
{
    COUNT();
    return a + 1;
}

static NOINLINE void concat(int *sum)
{
    COUNT();
    *sum += 1;
}

static UNTRACED NOINLINE void concat_rest(int *sum, int n)
{
    while (n-- > 1)
        *sum += twice(n);
    *sum += skipped(n);
    __cyg_profile_func_exit((void *)concat, __builtin_return_address(0));
}

/* Inlined into a traced function: its place is that one's. */
static UNTRACED inline __attribute__((always_inline)) void concat_head(int *sum, int n)
{
    __cyg_profile_func_enter((void *)concat, __builtin_return_address(0));
    COUNT_AS("concat");
    concat_rest(sum, n);
}

static NOINLINE int caller(int n)
{
    COUNT();
    int sum = 0;
    concat_head(&sum, n);
    sum += twice(sum);
    concat_head(&sum, 1);
    concat(&sum);
    return twice(sum);
}

int main(void)
{
    COUNT();
    unsigned sum = 0;
    for (int i = 0; i < 50000; i++)
        sum += (unsigned)caller(1 + i % 4);
    printf("%u\n", sum);
    return 0;
}
