/* A storm of signals whose handlers call traced functions, against threads that do nothing but call traced functions.
 * Each thread has a timer of its own, whose signal comes at any instruction, most often in the middle of a hook; its
 * handler sends itself further signals, which nest in it. So most of the storm passes while a hook is interrupted,
 * and no sender, core or clock is waited for. argv: number of signals, then "alternate" for a stack of the handlers'
 * own, "untimed" where there are no timers (qemu): then the thread sends itself all signals, between its calls. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "count.h"
#include "timer.h"

enum { WORKERS = 2, NESTED = 15, STACK = 64 * 1024, UNTOUCHED = 12345 };

static unsigned long wanted, handled;
static volatile int sink;
static int alternate, untimed;

static void in_handler(int n)
{
    COUNT();
    sink = n;
}

static void on_nested(int number)
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
    for (int i = 0; i < NESTED; i++)
        raise(SIGUSR2);
    __atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
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

static timer_t make_timer(void)
{
    COUNT();
    return thread_timer(SIGUSR1);
}

static void *worker(void *argument)
{
    COUNT();
    stack_t stack = {.ss_sp = malloc(STACK), .ss_size = STACK};
    if (alternate && sigaltstack(&stack, NULL) != 0)
        abort();
    timer_t timer = untimed ? NULL : make_timer();
    errno = UNTOUCHED; /* nothing below changes it */
    for (long round = 0; __atomic_load_n(&handled, __ATOMIC_RELAXED) < wanted; round++) {
        if (untimed)
            raise(SIGUSR1);
        else
            arm(timer, 1000 + round * 37 % 8000);
        for (int i = 0; i < 40; i++)
            branch(i);
        if (errno != UNTOUCHED)
            abort();
    }
    if (!untimed)
        timer_delete(timer);
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
    untimed = count > 2 && strcmp(arguments[2], "untimed") == 0;
    handle(SIGUSR1, on_timer);
    handle(SIGUSR2, on_nested);
    pthread_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&workers[i], NULL, worker, NULL) != 0)
            abort();
    for (int i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    printf("handled enough: %s\n", handled >= wanted ? "yes" : "no");
    return 0;
}
