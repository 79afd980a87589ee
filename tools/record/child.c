#include "record/child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int awaited[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH, SIGPIPE};

static sigset_t awaited_set(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof awaited / sizeof *awaited; i++)
        sigaddset(&set, awaited[i]);
    return set;
}

void child_prepare(struct child *child)
{
    sigset_t set = awaited_set();
    sigprocmask(SIG_BLOCK, &set, &child->mask);
    /* Ignored, the child's end would never be told. A limit on file sizes is an error to be said, not a death. */
    child->on_end = signal(SIGCHLD, SIG_DFL);
    child->on_size = signal(SIGXFSZ, SIG_IGN);
}

/* NAME=OLD:value, or NAME=value. */
static int append_variable(const char *name, const char *value)
{
    const char *old = getenv(name);
    char *joined;
    if (!old || !*old)
        return setenv(name, value, 1);
    if (asprintf(&joined, "%s:%s", old, value) < 0)
        return -1;
    int failed = setenv(name, joined, 1);
    free(joined);
    return failed;
}

/* AddressSanitizer refuses to run where another library is loaded before its own, for fear of replaced allocation
 * functions; the runtime has none. */
static int set_environment(const char *runtime, const char *arena)
{
    return append_variable("LD_PRELOAD", runtime) | append_variable("ASAN_OPTIONS", "verify_asan_link_order=0") |
           setenv("CALLTAPE_ARENA", arena, 1) | unsetenv("CALLTAPE_OUT");
}

static void become(const struct child *child, const char *path, char **arguments, const char *runtime,
                   const char *arena, int report)
{
    signal(SIGCHLD, child->on_end);
    signal(SIGXFSZ, child->on_size);
    sigprocmask(SIG_SETMASK, &child->mask, NULL);
    if (set_environment(runtime, arena) == 0)
        execv(path, arguments);
    /* A script without a first line for the kernel: execvp gives it to the shell, and so do we. */
    if (errno == ENOEXEC)
        execvp(path, arguments);
    int reason = errno;
    ssize_t written = write(report, &reason, sizeof reason);
    _exit(written == sizeof reason ? 126 : 127);
}

int child_start(struct child *child, const char *path, char **arguments, const char *runtime, const char *arena,
                int *exit_status, struct error *error)
{
    int report[2], reason = 0;
    *exit_status = 126;
    if (pipe2(report, O_CLOEXEC) != 0)
        return error_set(error, "no pipe can be made: %s", strerror(errno));
    fflush(NULL);
    child->pid = fork();
    if (child->pid == 0)
        become(child, path, arguments, runtime, arena, report[1]);
    int fork_error = errno;
    close(report[1]);
    ssize_t got = child->pid > 0 ? read(report[0], &reason, sizeof reason) : 0;
    close(report[0]);
    if (child->pid < 0)
        return error_set(error, "no process can be started: %s", strerror(fork_error));
    if (got != sizeof reason)
        return 0;
    waitpid(child->pid, NULL, 0);
    *exit_status = reason == ENOENT ? 127 : 126;
    return error_set(error, "%s can't be started: %s", path,
                     reason == ENOENT ? "its interpreter is not there" : strerror(reason));
}

static bool reap(struct child *child)
{
    if (!child->ended && waitpid(child->pid, &child->status, WNOHANG) == child->pid)
        child->ended = true;
    return child->ended;
}

enum child_event child_wait(struct child *child, int milliseconds)
{
    sigset_t set = awaited_set();
    struct timespec limit = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    siginfo_t signal;
    bool had_ended = child->ended;
    int number = sigtimedwait(&set, &signal, &limit);
    if (number > 0 && number != SIGCHLD) {
        if (had_ended && number != SIGWINCH)
            return CHILD_STOP;
        if (signal.si_code <= 0 && !had_ended)
            kill(child->pid, number);
    }
    return reap(child) && !had_ended ? CHILD_ENDED : CHILD_NOTHING;
}

int child_exit_status(const struct child *child)
{
    return WIFSIGNALED(child->status) ? 128 + WTERMSIG(child->status) : WEXITSTATUS(child->status);
}
