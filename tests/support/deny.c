/* Runs a program and makes one of its system calls fail: the first, the second and
 * so on, wherever it is made, as preloaded faults.c can not; e2e/denied.sh fails each in turn.
 *   deny AT WHICH LIBRARY COMMAND...
 * AT: the number of the call, from 1; 0: none, they are only counted. WHICH: `of` for those made in LIBRARY (the name
 * of a mapped file), in all threads and children; `after` for those made once LIBRARY was opened, in all threads of
 * this process alone. What failed, or how many there were, goes to the file "denied". Exits as the program does. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *library;
static bool only_of;
static long at, calls;
static pid_t program;

enum { TRACED_MOST = 256 };
static struct traced {
    pid_t pid;
    bool inside; /* of a system call */
    bool fails;
    long error;
} traced[TRACED_MOST];

static struct traced *traced_of(pid_t pid)
{
    for (int i = 0; i < TRACED_MOST; i++) {
        if (traced[i].pid == pid || !traced[i].pid) {
            traced[i].pid = pid;
            return &traced[i];
        }
    }
    abort();
}

/* What a system that has run out of something says. Calls that can't fail are not made to. */
static long error_of(long number)
{
    switch (number) {
    case SYS_mmap:
    case SYS_madvise:
    case SYS_mremap:
        return ENOMEM;
    case SYS_openat:
    case SYS_pipe2:
    case SYS_pidfd_open:
    case SYS_memfd_create:
    case SYS_dup:
        return EMFILE;
    case SYS_write:
    case SYS_pwrite64:
    case SYS_writev:
    case SYS_ftruncate:
    case SYS_fallocate:
    case SYS_rename:
    case SYS_renameat2:
    case SYS_linkat:
        return ENOSPC;
    case SYS_read:
    case SYS_pread64:
        return EIO;
    case SYS_clone:
    case SYS_clone3:
    case SYS_fork:
    case SYS_vfork:
        return EAGAIN;
    case SYS_readlink:
    case SYS_readlinkat:
    case SYS_prctl:
    case SYS_kill:
    case SYS_getrandom:
    case SYS_flock:
    case SYS_statfs:
    case SYS_fstatfs:
    case SYS_newfstatat:
    case SYS_access:
    case SYS_ioctl:
    case SYS_process_vm_readv:
    case SYS_prlimit64:
    case SYS_sched_setscheduler:
    case SYS_setpriority:
    case SYS_sched_getaffinity:
    case SYS_mprotect:
        return EPERM;
    default:
        return 0;
    }
}

static bool is_in_library(pid_t pid, uintptr_t address)
{
    char name[64], line[1024];
    snprintf(name, sizeof name, "/proc/%d/maps", (int)pid);
    FILE *file = fopen(name, "re");
    bool found = false;
    while (file && !found && fgets(line, sizeof line, file)) {
        uintptr_t start, end;
        found =
            sscanf(line, "%lx-%lx", &start, &end) == 2 && address >= start && address < end && strstr(line, library);
    }
    if (file)
        fclose(file);
    return found;
}

/* The file's name that openat was given holds the library's. */
static bool opens_library(pid_t pid, uintptr_t address)
{
    char text[256] = "";
    for (size_t i = 0; i < sizeof text - 8 && !memchr(text, 0, i); i += 8) {
        long word = ptrace(PTRACE_PEEKDATA, pid, address + i, 0);
        memcpy(text + i, &word, sizeof word);
    }
    return strstr(text, library) != NULL;
}

static bool is_counted(pid_t pid, const struct user_regs_struct *registers)
{
    static bool opened;
    if (only_of)
        return is_in_library(pid, registers->rip);
    if (!opened && registers->orig_rax == SYS_openat)
        opened = opens_library(pid, registers->rsi);
    return opened;
}

static void tell(long number)
{
    FILE *file = fopen("denied", "we");
    if (!file)
        abort();
    fprintf(file, "%ld %ld\n", calls, number);
    fclose(file);
}

static void at_call(struct traced *thread)
{
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, thread->pid, 0, &registers) != 0)
        return;
    thread->inside = !thread->inside;
    if (thread->inside) {
        long error = error_of((long)registers.orig_rax);
        if (!error || !is_counted(thread->pid, &registers) || ++calls != at)
            return;
        tell((long)registers.orig_rax);
        thread->fails = true;
        thread->error = error;
        registers.orig_rax = (unsigned long long)-1;
        ptrace(PTRACE_SETREGS, thread->pid, 0, &registers);
    } else if (thread->fails) {
        thread->fails = false;
        registers.rax = (unsigned long long)-thread->error;
        ptrace(PTRACE_SETREGS, thread->pid, 0, &registers);
    }
}

static void follow(void)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0;) {
        struct traced *thread = traced_of(pid);
        int signal = 0;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            thread->pid = -1;
            if (pid != program)
                continue;
            if (at == 0 || calls < at)
                tell(-1);
            exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
        }
        if (WSTOPSIG(status) == (SIGTRAP | 0x80))
            at_call(thread);
        else if (status >> 16 == PTRACE_EVENT_EXEC)
            thread->inside = true;
        else if (status >> 16 == 0 && WSTOPSIG(status) != SIGSTOP)
            signal = WSTOPSIG(status);
        ptrace(PTRACE_SYSCALL, pid, 0, signal);
    }
}

int main(int count, char **arguments)
{
    if (count < 5)
        return 2;
    at = atol(arguments[1]);
    only_of = strcmp(arguments[2], "of") == 0;
    library = arguments[3];
    program = fork();
    if (program == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            _exit(77);
        raise(SIGSTOP);
        execvp(arguments[4], arguments + 4);
        _exit(127);
    }
    int status;
    if (waitpid(program, &status, 0) != program || !WIFSTOPPED(status))
        return 77;
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (only_of)
        options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
    if (ptrace(PTRACE_SETOPTIONS, program, 0, options) != 0 || ptrace(PTRACE_SYSCALL, program, 0, 0) != 0)
        return 77;
    follow();
    return 1;
}
