/* vfork, exec of traced and untraced programs, from the main thread and another, posix_spawn, an exec that fails, and
 * at last the program executing itself in its own place. */
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

extern char **environ;
static char self[4096];
static volatile int sink;

static void work(int n)
{
    COUNT();
    sink = n;
}

static void run(const char *program, const char *role)
{
    COUNT();
    char *const arguments[] = {(char *)program, (char *)role, NULL};
    execve(program, arguments, environ);
}

static void wait_for(pid_t child, int expected)
{
    COUNT();
    int status;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != expected)
        abort();
}

/* The child borrows the parent's memory and stack until it executes. */
static void by_vfork(const char *program, int expected)
{
    COUNT();
    work(1);
    pid_t child = vfork();
    if (child == 0) {
        work(2);
        run(program, "once");
        work(3);
        _exit(9);
    }
    work(4);
    wait_for(child, expected);
}

static void by_fork(const char *program, int expected)
{
    COUNT();
    pid_t child = fork();
    if (child == 0) {
        work(5);
        run(program, "once");
        _exit(9);
    }
    wait_for(child, expected);
}

static void by_spawn(const char *program)
{
    COUNT();
    char *const arguments[] = {(char *)program, (char *)"once", NULL};
    pid_t child;
    if (posix_spawn(&child, program, NULL, NULL, arguments, environ) != 0)
        abort();
    wait_for(child, 0);
}

static void *run_from_thread(void *argument)
{
    COUNT();
    run(self, "once");
    return argument;
}

/* exec by a thread ends all others. */
static void by_thread(void)
{
    COUNT();
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, run_from_thread, NULL) == 0)
            pthread_join(thread, NULL);
        _exit(9);
    }
    wait_for(child, 0);
}

int main(int count, char **arguments)
{
    COUNT();
    work(0);
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0)
        abort();
    if (count > 1 && strcmp(arguments[1], "last") == 0)
        puts("in its own place");
    if (count > 1)
        return 0;
    counts_share();
    for (int i = 0; i < 3; i++) {
        by_vfork(self, 0);
        by_vfork("/bin/true", 0);
        by_vfork("/nonexistent/program", 9);
        by_fork(self, 0);
        by_fork("/bin/true", 0);
        by_spawn(self);
        by_spawn("/bin/true");
        by_thread();
    }
    counts_write();
    execl(self, self, "last", (char *)NULL);
    abort();
}
