/* Threads on the smallest stacks that the system allows: the hook must do with little. argv: how many, 200 if it is not
 * said. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "count.h"

static volatile int sink;

static int nested(int depth)
{
    COUNT();
    return depth == 0 ? sink : nested(depth - 1) + 1;
}

static void on_signal(int number)
{
    COUNT();
    sink = number + nested(2) - 2;
}

static void *worker(void *argument)
{
    COUNT();
    nested(10);
    raise(SIGUSR1);
    return argument;
}

int main(int count, char **arguments)
{
    COUNT();
    int threads = count > 1 ? atoi(arguments[1]) : 200;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    pthread_attr_t small;
    pthread_attr_init(&small);
    if (pthread_attr_setstacksize(&small, (size_t)sysconf(_SC_THREAD_STACK_MIN)) != 0)
        abort();
    for (int i = 0; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, &small, worker, NULL) != 0)
            abort();
        pthread_join(thread, NULL);
    }
    return 0;
}
