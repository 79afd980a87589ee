/* longjmp and siglongjmp: out of recursion into a frame of the same function, through frames that are not traced, out
 * of a signal handler on its own stack, again and again. e2e/jumps.tree is what must be seen. */
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

#include "count.h"

static jmp_buf target, inner;
static sigjmp_buf signal_target;
static volatile int sink;

static NOINLINE void after(int n)
{
    COUNT();
    sink = n;
}

/* Jumps out of `depth` frames. */
static NOINLINE void descend(int depth)
{
    COUNT();
    if (depth > 1)
        descend(depth - 1);
    else if (depth == 1)
        longjmp(target, 1);
    after(depth);
}

static NOINLINE void out_of_five(void)
{
    COUNT();
    if (setjmp(target) == 0)
        descend(5);
    after(0);
}

/* Recursion, left for a frame of the same function half way up: only the frame tells which. */
static NOINLINE int ambiguous(int depth)
{
    COUNT();
    if (depth == 4 && setjmp(inner) != 0) {
        after(depth);
        return depth;
    }
    if (depth == 0)
        longjmp(inner, 1);
    return ambiguous(depth - 1) + 1;
}

static NOINLINE int jump_from_compare(const void *a, const void *b)
{
    COUNT();
    (void)a;
    (void)b;
    longjmp(target, 1);
}

static NOINLINE void through_untraced(void)
{
    COUNT();
    int numbers[] = {3, 1, 2};
    if (setjmp(target) == 0)
        qsort(numbers, 3, sizeof *numbers, jump_from_compare);
    after(0);
}

static NOINLINE void in_handler(void)
{
    COUNT();
    siglongjmp(signal_target, 1);
}

static NOINLINE void on_signal(int number)
{
    COUNT();
    sink = number;
    in_handler();
}

static NOINLINE void interrupted(int depth)
{
    COUNT();
    if (depth == 0)
        raise(SIGUSR1);
    else
        interrupted(depth - 1);
    after(depth);
}

static NOINLINE void out_of_handler(int flags)
{
    COUNT();
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
    sigaction(SIGUSR1, &action, NULL);
    if (sigsetjmp(signal_target, 1) == 0)
        interrupted(2);
    after(0);
}

static NOINLINE void thrower(void)
{
    COUNT();
    longjmp(target, 1);
}

/* The same frame is jumped into a thousand times. */
static NOINLINE void again_and_again(void)
{
    COUNT();
    volatile int rounds = 0;
    setjmp(target);
    if (rounds++ < 1000)
        thrower();
}

int main(void)
{
    COUNT();
    static char stack[64 * 1024];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    out_of_five();
    ambiguous(8);
    through_untraced();
    out_of_handler(0);
    out_of_handler(SA_ONSTACK);
    again_and_again();
    after(9);
    return 0;
}
