/* A child that takes everything away that a tracer might lean on, and goes on calling: in its thread, in new threads,
 * in children of its own. argv: what is taken. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

enum { CALLS = 20000 };

static volatile int sink;

static void work(int n)
{
    COUNT();
    sink = n;
}

/* Not seen before the hardship: its name and module must be told in spite of it. */
static void new_work(int n)
{
    COUNT();
    sink = n;
}

static void *worker(void *argument)
{
    COUNT();
    for (int i = 0; i < CALLS; i++)
        new_work(i);
    return argument;
}

static void limit(int resource, rlim_t value)
{
    COUNT();
    struct rlimit limits;
    if (getrlimit(resource, &limits) != 0)
        abort();
    limits.rlim_cur = value < limits.rlim_max ? value : limits.rlim_max;
    if (setrlimit(resource, &limits) != 0)
        abort();
}

static rlim_t address_space(void)
{
    COUNT();
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%lu", &pages) != 1)
        abort();
    fclose(file);
    return (rlim_t)pages * 4096;
}

/* Closes everything and takes the lowest numbers for itself. */
static void lose_fds(void)
{
    COUNT();
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
    for (int expected = 0; expected < 16; expected++)
        if (open("/dev/null", O_RDWR) != expected)
            abort();
}

static void lose_root(void)
{
    COUNT();
    char empty[] = "empty.XXXXXX";
    if (!mkdtemp(empty) || chroot(empty) != 0 || chdir("/") != 0)
        abort();
}

static void lose_user(void)
{
    COUNT();
    if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
        abort();
}

static void lose_limits(void)
{
    COUNT();
    limit(RLIMIT_AS, address_space() + (64 << 20));
    limit(RLIMIT_NOFILE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_MEMLOCK, 0);
    limit(RLIMIT_STACK, 256 << 10);
}

static void raise_limits(void)
{
    COUNT();
    limit(RLIMIT_AS, RLIM_INFINITY);
    limit(RLIMIT_NOFILE, RLIM_INFINITY);
    limit(RLIMIT_FSIZE, RLIM_INFINITY);
    limit(RLIMIT_STACK, RLIM_INFINITY);
}

static void block_signals(void)
{
    COUNT();
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
}

static int lose(const char *what)
{
    COUNT();
    if (strcmp(what, "fds") == 0)
        lose_fds();
    else if (strcmp(what, "directory") == 0)
        return chdir("/proc");
    else if (strcmp(what, "root") == 0)
        lose_root();
    else if (strcmp(what, "user") == 0)
        lose_user();
    else if (strcmp(what, "environment") == 0)
        return clearenv();
    else if (strcmp(what, "limits") == 0)
        lose_limits();
    else if (strcmp(what, "raised") == 0)
        raise_limits();
    else if (strcmp(what, "signals") == 0)
        block_signals();
    else
        return -1;
    return 0;
}

static void wait_for(pid_t child)
{
    COUNT();
    int status;
    if (waitpid(child, &status, 0) != child || status != 0)
        abort();
}

static void go_on(int generations)
{
    COUNT();
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 256 << 10);
    pthread_t thread;
    if (pthread_create(&thread, &small, worker, NULL) != 0)
        abort();
    for (int i = 0; i < CALLS; i++)
        work(i);
    pthread_join(thread, NULL);
    if (generations == 0)
        return;
    pid_t child = fork();
    if (child == 0) {
        go_on(generations - 1);
        _exit(0);
    }
    wait_for(child);
}

int main(int count, char **arguments)
{
    COUNT();
    counts_share();
    work(0);
    int lowest = open("/dev/null", O_RDONLY);
    printf("lowest free descriptor: %d, errno %d\n", lowest, errno);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        work(0);
        for (int i = 1; i < count; i++)
            if (lose(arguments[i]) != 0)
                _exit(2);
        go_on(2);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    printf("child: %d\n", status);
    return status != 0;
}
