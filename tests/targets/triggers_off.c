/* What a thread does while off_here() has it switched off, until on_here(): recursion at the place of a call that is
 * recorded, jumps, coroutines; all that was open then ends where it ends. Two threads, one after the other. What is to
 * be seen stands in e2e/record_triggers_off.sh. */
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

#include "count.h"
#include "switch.h"

enum { STACK = 64 * 1024 };

static jmp_buf target;
static volatile int sink;

static NOINLINE void on_here(void)
{
    COUNT();
    sink = 1;
}

static NOINLINE void off_here(void)
{
    COUNT();
    sink = 2;
}

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

/* Switched off at depth 3, which depth 4 calls twice: those further in return to the same place as these do. */
static NOINLINE void recursion(int depth)
{
    COUNT();
    if (depth == 3)
        off_here();
    for (int i = 0; i < 2 && depth > 0; i++)
        recursion(depth - 1);
    if (depth == 3)
        on_here();
    leaf(depth);
}

/* Its exit hook stands further down than its entry hook. */
static NOINLINE void grown(int bytes)
{
    COUNT();
    volatile char *room = alloca((size_t)bytes);
    room[0] = room[bytes - 1] = 1;
    off_here();
    leaf(room[0]);
    sink = 3;
}

/* Where it is switched on again, calls that were not recorded are still to end. */
static NOINLINE void comes_back(int depth)
{
    COUNT();
    if (depth == 4)
        off_here();
    if (depth > 0)
        comes_back(depth - 1);
    else
        on_here();
    if (depth == 5)
        leaf(depth);
    sink = depth;
}

static NOINLINE void growing(void)
{
    COUNT();
    for (int i = 1; i <= 20; i++) {
        grown(i * 300);
        leaf(i);
        on_here();
    }
    leaf(0);
}

static NOINLINE void jump(int depth)
{
    COUNT();
    if (depth > 0)
        jump(depth - 1);
    else if (depth == 0)
        longjmp(target, 1);
    leaf(depth);
}

static NOINLINE void switched_off_then_jump(void)
{
    COUNT();
    off_here();
    jump(2);
    leaf(0);
}

static NOINLINE void jumping(void)
{
    COUNT();
    if (setjmp(target) == 0) {
        off_here();
        jump(5);
    }
    leaf(0);
    on_here();
    if (setjmp(target) == 0)
        switched_off_then_jump();
    leaf(1);
    on_here();
    leaf(2);
}

static NOINLINE void handler(int n)
{
    COUNT();
    off_here();
    leaf(n);
    on_here();
    leaf(n);
}

static NOINLINE void signalled(void)
{
    COUNT();
    static char stack[STACK];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack}, none = {.ss_flags = SS_DISABLE};
    for (int flags = 0; flags <= SA_ONSTACK; flags += SA_ONSTACK) {
        sigaltstack(&alternate, NULL);
        struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
        sigaction(SIGUSR1, &action, NULL);
        raise(SIGUSR1);
        off_here();
        raise(SIGUSR1);
        off_here();
        leaf(0);
        on_here();
    }
    sigaltstack(&none, NULL);
    leaf(1);
}

static int current;

static UNTRACED NOINLINE void go_to(int next)
{
    int from = current;
    current = next;
    context_switch(from, next);
}

static NOINLINE void inside(int depth)
{
    COUNT();
    leaf(depth);
    if (depth > 0)
        inside(depth - 1);
    else
        go_to(0);
    leaf(depth);
}

static NOINLINE void coroutine(void)
{
    COUNT();
    inside(3);
    for (int i = 0; i < 100; i++)
        inside(1);
    go_to(0);
    leaf(0);
    go_to(0);
    abort();
}

static NOINLINE void resume(int which)
{
    COUNT();
    leaf(0);
    go_to(which);
    leaf(0);
}

/* The first one begins while the thread is switched on. Of the second one, on the stack below, nothing is recorded, and
 * nothing of both that they do meanwhile. */
static NOINLINE void switching(char *stacks)
{
    COUNT();
    context_prepare(1, stacks + STACK, STACK, coroutine);
    context_prepare(2, stacks, STACK, coroutine);
    resume(1);
    off_here();
    for (int i = 0; i <= 100; i++)
        resume(2);
    leaf(0);
    on_here();
    resume(1);
    off_here();
    for (int i = 0; i < 100; i++)
        resume(1);
    leaf(0);
    on_here();
    resume(1);
    leaf(1);
}

/* All of it is recorded where it switches both on and off. */
static NOINLINE void around(int depth)
{
    COUNT();
    leaf(depth);
    if (depth > 0)
        around(depth - 1);
    leaf(depth);
}

static NOINLINE void *all(void *stacks)
{
    COUNT();
    on_here();
    recursion(4);
    comes_back(6);
    growing();
    jumping();
    signalled();
    switching(stacks);
    leaf(0);
    around(3);
    leaf(0);
    return stacks;
}

int main(void)
{
    COUNT();
    pthread_t thread;
    void *stacks = malloc(2 * (size_t)STACK);
    if (pthread_create(&thread, NULL, all, stacks) != 0)
        return 1;
    pthread_join(thread, NULL);
    all(stacks);
    free(stacks);
    return 0;
}
