/* Threads that name themselves, or another, after their first events; then the process ends, some way or other, with
 * two of them alive. */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

static pthread_barrier_t named;

static NOINLINE void work(void)
{
    COUNT();
}

static UNTRACED void stay(void)
{
    pthread_barrier_wait(&named);
    for (;;)
        pause();
}

static void *ends(void *argument)
{
    COUNT();
    pthread_setname_np(pthread_self(), "ends");
    return argument;
}

static void *stays(void *argument)
{
    COUNT();
    pthread_setname_np(pthread_self(), "stays");
    stay();
    return argument;
}

static void *stays_too(void *argument)
{
    COUNT();
    prctl(PR_SET_NAME, "stays_too");
    stay();
    return argument;
}

/* Its name is no thread's of the recording: it calls nothing traced. */
static UNTRACED void name_a_child(void)
{
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_NAME, "child");
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
    COUNT();
    pthread_t threads[3];
    pthread_barrier_init(&named, NULL, 3);
    work();
    pthread_create(&threads[0], NULL, ends, NULL);
    pthread_join(threads[0], NULL);
    pthread_create(&threads[1], NULL, stays, NULL);
    pthread_create(&threads[2], NULL, stays_too, NULL);
    pthread_barrier_wait(&named);
    prctl(PR_SET_NAME, "first");
    name_a_child();
    work();
    counts_write();
    counts_leave();
    if (argc > 1 && strcmp(argv[1], "kill") == 0)
        raise(SIGKILL);
    if (argc > 1)
        _exit(0);
    return 0;
}
