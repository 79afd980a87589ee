/* A child that forbids itself system calls, and goes on calling. Whatever its filter does not name ends it: so does any
 * call of the runtime's that is not left undone. argv: what it forbids itself, then what it does under that. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ALLOW(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { CALLS = 100000 };

static volatile int sink;
static jmp_buf back;

static NOINLINE void work(int n)
{
    COUNT();
    sink = n;
}

/* Not called before. */
static NOINLINE void new_work(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void jump(void)
{
    COUNT();
    longjmp(back, 1);
}

static NOINLINE int deep(int n)
{
    COUNT();
    return n ? deep(n - 1) + 1 : 0;
}

static void go_on(void)
{
    COUNT();
    for (int i = 0; i < CALLS; i++)
        work(i);
    new_work(1);
    for (int i = 0; i < 10; i++)
        if (!setjmp(back))
            jump();
    sink = deep(1000);
}

static void *worker(void *argument)
{
    COUNT();
    go_on();
    return argument;
}

static void threads(void)
{
    COUNT();
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, NULL) != 0)
        abort();
    pthread_join(thread, NULL);
}

static void children(void)
{
    COUNT();
    pid_t child = fork();
    if (child == 0) {
        go_on();
        syscall(SYS_exit_group, 0);
    }
    int status;
    if (waitpid(child, &status, 0) != child || status != 0)
        abort();
}

static UNTRACED int install(bool by_syscall, struct sock_filter *filter, size_t length)
{
    struct sock_fprog program = {(unsigned short)length, filter};
    if (by_syscall)
        return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* What is refused comes first, since the rest is more. */
static UNTRACED int forbid(const char *how)
{
    struct sock_filter bare[] = {LOAD(nr), ALLOW(SYS_exit), ALLOW(SYS_exit_group), ALLOW(SYS_write),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};
    /* As OpenSSH's, by its arguments too; calls of the runtime that it may make are the last three. */
    struct sock_filter usual[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
                                  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, sizeof(long) == 8 ? AUDIT_ARCH_X86_64 : 0, 1, 0),
                                  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
                                  LOAD(nr),
                                  ALLOW(SYS_exit),
                                  ALLOW(SYS_exit_group),
                                  ALLOW(SYS_write),
                                  ALLOW(SYS_futex),
                                  ALLOW(SYS_clock_gettime),
                                  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 0, 3),
                                  LOAD(args[3]),
                                  BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 8, 1, 0),
                                  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                                  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP)};
    /* All that threads, children and libc need; nothing is opened, mapped files least of all. */
    struct sock_filter wide[] = {LOAD(nr),
                                 ALLOW(SYS_exit),
                                 ALLOW(SYS_exit_group),
                                 ALLOW(SYS_write),
                                 ALLOW(SYS_futex),
                                 ALLOW(SYS_rt_sigprocmask),
                                 ALLOW(SYS_mmap),
                                 ALLOW(SYS_munmap),
                                 ALLOW(SYS_mprotect),
                                 ALLOW(SYS_clone),
                                 ALLOW(SYS_clone3),
                                 ALLOW(SYS_set_robust_list),
                                 ALLOW(SYS_rseq),
                                 ALLOW(SYS_wait4),
                                 ALLOW(SYS_brk),
                                 ALLOW(SYS_madvise),
                                 ALLOW(SYS_rt_sigaction),
                                 ALLOW(SYS_getrandom),
                                 ALLOW(SYS_seccomp),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};
    /* Calls that systems forbid with an error. */
    struct sock_filter errors[] = {LOAD(nr), ALLOW(SYS_exit), ALLOW(SYS_exit_group), ALLOW(SYS_write),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES)};
    if (!strcmp(how, "strict"))
        return prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
    if (!strcmp(how, "bare"))
        return install(false, bare, LENGTH(bare));
    if (!strcmp(how, "usual"))
        return install(true, usual, LENGTH(usual));
    if (!strcmp(how, "errors"))
        return install(true, errors, LENGTH(errors));
    if (!strcmp(how, "twice"))
        return install(false, wide, LENGTH(wide)) || install(true, usual, LENGTH(usual));
    return install(false, wide, LENGTH(wide));
}

/* Wrong calls fail as ever, and forbid nothing. */
static UNTRACED void try_wrong(void)
{
    struct sock_filter none[] = {BPF_STMT(BPF_LD | BPF_IMM, 0)};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        abort();
    if (install(false, none, 1) == 0 || errno != EINVAL)
        abort();
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 8) == 0 || errno != EFAULT)
        abort();
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) == 0 || errno != EFAULT)
        abort();
    if (syscall(SYS_close, -1) == 0 || errno != EBADF)
        abort();
    if (syscall(SYS_getpid) != getpid())
        abort();
}

int main(int count, char **arguments)
{
    COUNT();
    counts_share();
    work(0);
    pid_t child = fork();
    if (child == 0) {
        work(0);
        try_wrong();
        if (count < 2 || forbid(arguments[1]) != 0)
            _exit(77);
        go_on();
        for (int i = 2; i < count; i++)
            !strcmp(arguments[i], "threads") ? threads() : children();
        syscall(SYS_exit, 0);
    }
    int status;
    waitpid(child, &status, 0);
    printf("child: %d\n", status);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
