/* fork with other threads running: children call traced functions, fork again, and end by exit or _exit; the parent's
 * threads go on all the while. argv: how many threads, 4 if it is not said; with 0 the children have none either. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

enum { CHILDREN = 20, THREADS_MOST = 16, THREAD_CALLS = 50000, CHILD_CALLS = 1000 };

static volatile int sink;
static int thread_count = 4;

static void in_thread(int n)
{
    COUNT();
    sink = n;
}

static void *worker(void *argument)
{
    COUNT();
    for (int i = 0; i < THREAD_CALLS; i++)
        in_thread(i);
    return argument;
}

static void in_child(int n)
{
    COUNT();
    sink = n;
}

static void *thread_of_child(void *argument)
{
    COUNT();
    in_child(0);
    return argument;
}

static void wait_for(pid_t child, int expected)
{
    COUNT();
    int status;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != expected)
        abort();
}

static void grandchild(void)
{
    COUNT();
    in_child(0);
    _exit(7);
}

static void child(int number)
{
    COUNT();
    for (int i = 0; i < CHILD_CALLS; i++)
        in_child(i);
    pthread_t thread;
    if (thread_count > 0 && pthread_create(&thread, NULL, thread_of_child, NULL) != 0)
        abort();
    if (thread_count > 0)
        pthread_join(thread, NULL);
    if (number % 2 == 0) {
        pid_t pid = fork();
        if (pid == 0)
            grandchild();
        wait_for(pid, 7);
        exit(number);
    }
}

/* An odd child returns through here: it leaves frames that its parent had entered. */
static int fork_one(int number)
{
    COUNT();
    pid_t pid = fork();
    if (pid == 0) {
        child(number);
        return 0;
    }
    return pid;
}

int main(int count, char **arguments)
{
    COUNT();
    counts_share();
    pthread_t threads[THREADS_MOST];
    if (count > 1)
        thread_count = atoi(arguments[1]);
    for (int i = 0; i < thread_count && i < THREADS_MOST; i++)
        if (pthread_create(&threads[i], NULL, worker, NULL) != 0)
            abort();
    for (int i = 0; i < CHILDREN; i++) {
        pid_t pid = fork_one(i);
        if (pid == 0)
            return i;
        wait_for(pid, i);
    }
    for (int i = 0; i < thread_count && i < THREADS_MOST; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
