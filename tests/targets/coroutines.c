/* Coroutines on 16 KB stacks (static, allocated, mapped) that switch away in the middle of nested traced calls, back
 * to main and from one to the next. Calls of different stacks never nest in one another: e2e/coroutines.tree. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "count.h"
#include "switch.h"

enum { COROUTINES = 9, STACK = 16 * 1024, ROUNDS = 100 };

static char static_stacks[3][STACK] __attribute__((aligned(64)));
static int current, finished;
static volatile int sink;

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

static UNTRACED NOINLINE void go_to(int next)
{
    int from = current;
    current = next;
    context_switch(from, next);
}

static NOINLINE void yield(void)
{
    COUNT();
    go_to(0);
}

/* To the next coroutine, past main, where that one has not ended. */
static NOINLINE void pass_on(void)
{
    COUNT();
    go_to(current < COROUTINES ? current + 1 : 0);
}

static NOINLINE void nested(int depth)
{
    COUNT();
    leaf(depth);
    if (depth > 0)
        nested(depth - 1);
    else
        yield();
    leaf(depth);
}

static NOINLINE void coroutine(void)
{
    COUNT();
    for (int i = 0; i < ROUNDS; i++)
        nested(3);
    pass_on();
    finished++;
    yield();
    abort();
}

static NOINLINE void resume(int which)
{
    COUNT();
    leaf(0);
    go_to(which);
    leaf(1);
}

static NOINLINE void *stack_for(int which)
{
    COUNT();
    if (which % 3 == 0)
        return static_stacks[which / 3];
    void *stack =
        which % 3 == 1 ? malloc(STACK) : mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!stack || stack == MAP_FAILED)
        abort();
    return stack;
}

int main(void)
{
    COUNT();
    for (int i = 0; i < COROUTINES; i++)
        context_prepare(i + 1, stack_for(i), STACK, coroutine);
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 1; i <= COROUTINES; i++)
            resume(i);
    /* Each one but the last passes on to the next; those come back here one by one. */
    resume(1);
    for (int i = 1; i < COROUTINES; i++)
        resume(i);
    resume(COROUTINES);
    printf("%d finished\n", finished);
    return finished == COROUTINES ? 0 : 1;
}
