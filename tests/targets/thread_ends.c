/* Threads that end in the depths: pthread_exit, cancellation at a cancellation point and at any moment, with cleanup
 * handlers that call traced functions; at last main itself leaves by pthread_exit. e2e/thread_ends.tree is the tree. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#include "count.h"

static sem_t ready;
static volatile int sink;

static NOINLINE void clean_up(void *argument)
{
    COUNT();
    sink = argument != NULL;
}

static NOINLINE void leave(int depth)
{
    COUNT();
    pthread_cleanup_push(clean_up, NULL);
    if (depth > 0)
        leave(depth - 1);
    else if (depth == 0)
        pthread_exit(NULL);
    pthread_cleanup_pop(0);
}

static NOINLINE void *exiting(void *argument)
{
    COUNT();
    leave(3);
    return argument;
}

static NOINLINE void block(int depth)
{
    COUNT();
    if (depth > 0)
        block(depth - 1);
    else
        sem_post(&ready);
    while (depth == 0)
        pause();
}

static NOINLINE void *cancelled(void *argument)
{
    COUNT();
    pthread_cleanup_push(clean_up, NULL);
    block(3);
    pthread_cleanup_pop(0);
    return argument;
}

static NOINLINE void spin(void)
{
    COUNT();
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    sem_post(&ready);
    for (;;)
        sink = sink + 1;
}

static NOINLINE void *cancelled_anywhere(void *argument)
{
    COUNT();
    spin();
    return argument;
}

static NOINLINE void run(void *(*body)(void *), int cancel)
{
    COUNT();
    pthread_t thread;
    if (pthread_create(&thread, NULL, body, NULL) != 0)
        abort();
    if (cancel) {
        sem_wait(&ready);
        pthread_cancel(thread);
    }
    pthread_join(thread, NULL);
}

int main(void)
{
    COUNT();
    sem_init(&ready, 0, 0);
    for (int i = 0; i < 20; i++) {
        run(exiting, 0);
        run(cancelled, 1);
        run(cancelled_anywhere, 1);
    }
    leave(2);
    return 9;
}
