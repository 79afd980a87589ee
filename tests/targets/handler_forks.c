/* A signal handler that forks at each single step of a few traced calls, hooks included: each child goes on from there,
 * makes calls of its own, and must end well. Steps end where a hook blocks signals, with SIGTRAP. x86-64. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define UNTRACED __attribute__((no_instrument_function))
#define NOINLINE __attribute__((noinline))
#define TRAP_FLAG 0x100L

static volatile int sink, child;
static volatile long steps;

static NOINLINE void leaf(int i)
{
    sink += i;
}

static NOINLINE void middle(int i)
{
    leaf(i);
    leaf(i + 1);
}

static UNTRACED void stepped(int number, siginfo_t *info, void *context)
{
    ucontext_t *at = context;
    int status;
    (void)number;
    (void)info;
    if (child)
        return;
    pid_t pid = fork();
    if (pid == 0) {
        child = 1;
        at->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
        return;
    }
    steps++;
    if (waitpid(pid, &status, 0) != pid || status != 0)
        fprintf(stderr, "the child of step %ld ended with %#x\n", steps, status);
}

UNTRACED int main(void)
{
    struct sigaction action = {.sa_sigaction = stepped, .sa_flags = SA_SIGINFO};
    sigaction(SIGTRAP, &action, NULL);
    for (int i = 0; i < 20000; i++)
        middle(i);
    __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
    middle(1);
    if (child) {
        for (int i = 0; i < 10; i++)
            middle(i);
        _exit(0);
    }
    __asm__ volatile("pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
    fprintf(stderr, "%ld steps\n", steps);
    return 0;
}
