/* What programs do with themselves: descriptors closed from 0 or from 3 on, clone() that shares the memory, on a stack
 * of its own, a handler for a fault that jumps out of it from a stack of its own, one for a forbidden system call that
 * goes on, a name and a command line that a terminal would obey. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

enum { STACK = 256 << 10, TIMES = 100 };

static volatile int sink;
static int *volatile nowhere;
static sigjmp_buf back;

static NOINLINE int deep(int n)
{
    COUNT();
    return n ? deep(n - 1) + 1 : 0;
}

static void expect(bool so)
{
    COUNT();
    if (!so)
        abort();
}

static int shared_child(void *argument)
{
    COUNT();
    sink = deep(100);
    _exit((int)(long)argument);
}

static void clones(void)
{
    COUNT();
    for (int i = 0; i < TIMES; i++) {
        char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        int status;
        pid_t child = clone(shared_child, stack + STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)7L);
        expect(child > 0 && waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7);
        sink = deep(3);
        munmap(stack, STACK);
    }
}

static void on_fault(int number)
{
    COUNT();
    sink = deep(10) + number;
    siglongjmp(back, 1);
}

static NOINLINE void fault(int n)
{
    COUNT();
    if (n)
        fault(n - 1);
    *nowhere = n;
}

static void faults(void)
{
    COUNT();
    static char stack[STACK];
    const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigaltstack(&other, NULL);
    sigaction(SIGSEGV, &action, NULL);
    for (int i = 0; i < TIMES; i++)
        if (!sigsetjmp(back, 1))
            fault(i % 7);
}

static void on_forbidden(int number)
{
    COUNT();
    sink = deep(10) + number;
}

static void forbidden(void)
{
    COUNT();
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {4, code};
    struct sigaction action = {.sa_handler = on_forbidden};
    sigaction(SIGSYS, &action, NULL);
    expect(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
    for (int i = 0; i < TIMES; i++)
        getppid();
}

static void names(char **arguments)
{
    COUNT();
    prctl(PR_SET_NAME, "\033[31mred\n");
    memset(arguments[0], '\033', strlen(arguments[0]));
}

static void closes(unsigned first)
{
    COUNT();
    closefrom((int)first);
    sink = deep(5);
    expect(open("/dev/null", 0) == (int)first);
}

static UNTRACED void in_child(const char *what, char **arguments)
{
    pid_t child = fork();
    int status;
    if (child == 0) {
        if (!strcmp(what, "clones"))
            clones();
        else if (!strcmp(what, "faults"))
            faults();
        else if (!strcmp(what, "forbidden"))
            forbidden();
        else if (!strcmp(what, "names"))
            names(arguments);
        else
            closes((unsigned)atoi(what));
        sink = deep(20);
        _exit(0);
    }
    if (waitpid(child, &status, 0) != child)
        abort();
    printf("%s: %d\n", what, status);
    fflush(stdout);
}

int main(int count, char **arguments)
{
    COUNT();
    counts_share();
    for (int i = 1; i < count; i++)
        in_child(arguments[i], arguments);
    return 0;
}
