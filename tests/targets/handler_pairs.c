/* Two signals within one hook: single-steps a traced call, again and again, and at two of the steps, each time others,
 * the handler makes a traced call. Steps end with the second, or where a hook blocks signals. x86-64. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "count.h"

#define TRAP_FLAG 0x100L

enum { STEPS = 90 }; /* an entry hook, and what it does when it finds that it was interrupted */

static const unsigned char system_call[] = {0x0f, 0x05};
static volatile int sink;
static long step, first, second;

static NOINLINE void handled(int i)
{
    COUNT();
    sink += i;
}

static NOINLINE void leaf(int i)
{
    COUNT();
    sink += i;
}

static UNTRACED void stepped(int number, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    (void)number;
    (void)info;
    if (step >= second || memcmp((void *)registers[REG_RIP], system_call, sizeof system_call) == 0)
        registers[REG_EFL] &= ~TRAP_FLAG;
    if (step == first || step == second)
        handled(1);
    step++;
}

/* How many steps there were. */
static NOINLINE long try(long at, long then)
{
    COUNT();
    step = 0;
    first = at;
    second = then;
    __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
    leaf(1);
    __asm__ volatile("pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
    return step;
}

int main(int argc, char **argv)
{
    COUNT();
    struct sigaction action = {.sa_sigaction = stepped, .sa_flags = SA_SIGINFO | (argc > 1 ? SA_ONSTACK : 0)};
    stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
    (void)argv;
    sigaltstack(&stack, NULL);
    sigaction(SIGTRAP, &action, NULL);
    for (int i = 0; i < 20000; i++)
        leaf(i);
    long pairs = 0;
    for (long at = 0; at < STEPS; at++) {
        for (long then = at + 1; then < at + STEPS && try(at, then) > then; then++)
            pairs++;
    }
    printf("%ld\n", pairs);
    return 0;
}
