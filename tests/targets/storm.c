/* A storm of signals whose handlers call traced functions, against threads that do nothing but call traced functions:
 * most signals arrive in the middle of a hook. Two kinds of signal may nest in each other. argv: number of signals,
 * "alternate" for handlers on a stack of their own. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "count.h"

enum { WORKERS = 2, STACK = 64 * 1024 };

static unsigned long wanted, handled;
static volatile int sink;
static int alternate;

static void in_handler(int n)
{
    COUNT();
    sink = n;
}

static void on_first(int number)
{
    COUNT();
    in_handler(number);
    __atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static void on_second(int number)
{
    COUNT();
    in_handler(number);
    in_handler(number);
    __atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static void on_timer(int number)
{
    COUNT();
    in_handler(number);
}

static void leaf(int n)
{
    COUNT();
    sink = n;
}

static void branch(int n)
{
    COUNT();
    leaf(n);
    leaf(n);
}

static void *worker(void *argument)
{
    COUNT();
    stack_t stack = {.ss_sp = malloc(STACK), .ss_size = STACK};
    if (alternate && sigaltstack(&stack, NULL) != 0)
        abort();
    while (__atomic_load_n(&handled, __ATOMIC_RELAXED) < wanted)
        branch(1);
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, NULL);
    free(stack.ss_sp);
    return argument;
}

static void handle(int number, void (*handler)(int))
{
    COUNT();
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | (alternate ? SA_ONSTACK : 0)};
    if (sigaction(number, &action, NULL) != 0)
        abort();
}

int main(int count, char **arguments)
{
    COUNT();
    wanted = count > 1 ? strtoul(arguments[1], NULL, 10) : 1000;
    alternate = count > 2 && strcmp(arguments[2], "alternate") == 0;
    handle(SIGUSR1, on_first);
    handle(SIGUSR2, on_second);
    handle(SIGALRM, on_timer);
    pthread_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&workers[i], NULL, worker, NULL) != 0)
            abort();
    struct itimerval often = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    while (__atomic_load_n(&handled, __ATOMIC_RELAXED) < wanted)
        for (int i = 0; i < WORKERS; i++) {
            pthread_kill(workers[i], SIGUSR1);
            pthread_kill(workers[i], SIGUSR2);
        }
    for (int i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    setitimer(ITIMER_REAL, &never, NULL);
    printf("handled enough: %s\n", handled >= wanted ? "yes" : "no");
    return 0;
}
