/* A double-forking daemon: the program ends at once, the daemon works on, in / and with no standard streams; and a
 * child that outlives its parent without more ado. The books are the daemon's. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

enum { CALLS = 200000 };

static volatile int sink;

static void work(int n)
{
    COUNT();
    sink = n;
}

static void serve(void)
{
    COUNT();
    for (int i = 0; i < CALLS; i++)
        work(i);
}

static void detach(void)
{
    COUNT();
    umask(0);
    if (chdir("/") != 0)
        abort();
    int null = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; i++)
        dup2(null, i);
    close(null);
}

/* The parent has ended when the pipe does; the daemon ends after its child. */
static void outlive(int parent_alive)
{
    COUNT();
    char byte;
    if (read(parent_alive, &byte, 1) != 0)
        abort();
    serve();
}

int main(void)
{
    COUNT();
    counts_share();
    int alive[2];
    if (pipe(alive) != 0)
        abort();
    pid_t first = fork();
    if (first > 0) {
        waitpid(first, NULL, 0);
        counts_leave();
        return 5;
    }
    setsid();
    if (fork() > 0)
        _exit(0);
    close(alive[1]);
    detach();
    pid_t child = fork();
    if (child == 0) {
        outlive(alive[0]);
        _exit(0);
    }
    outlive(alive[0]);
    waitpid(child, NULL, 0);
    counts_adopt();
    return 0;
}
