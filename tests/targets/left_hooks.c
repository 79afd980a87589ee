/* A timer's signals, which come at any instruction, most often in the middle of a hook, and handlers that do not simply
 * return to it. argv: "jump": they leave it for good, by siglongjmp; "fork": the parent and a child go on with it, both
 * of them. Then how many signals. Before that, each handler calls a traced function.
 *
 * A signal between a function's entry hook and its COUNT() parts what is recorded from what is counted: "jump" may
 * record one call more a signal, "fork" count one more. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "count.h"

static timer_t timer;
static sigjmp_buf place;
static volatile int sink, handled, is_child;

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void branch(int n)
{
    COUNT();
    leaf(n);
    leaf(n);
}

static NOINLINE void in_handler(int n)
{
    COUNT();
    sink = n;
}

static UNTRACED void arm(int turn)
{
    struct itimerspec once = {.it_value.tv_nsec = 3000 + turn * 37 % 9000};
    timer_settime(timer, 0, &once, NULL);
}

static UNTRACED void on_jump(int number)
{
    handled++;
    in_handler(number);
    siglongjmp(place, 1);
}

static UNTRACED void on_fork(int number)
{
    handled++;
    in_handler(number);
    is_child = fork() == 0;
    if (is_child)
        in_handler(number);
}

static NOINLINE void spin(void)
{
    COUNT();
    for (;;)
        branch(1);
}

static NOINLINE void jump_once(int turn)
{
    COUNT();
    if (!sigsetjmp(place, 1)) {
        arm(turn);
        spin();
    }
    leaf(turn);
}

static NOINLINE void fork_once(int turn)
{
    COUNT();
    int before = handled;
    arm(turn);
    while (handled == before)
        branch(turn);
}

static NOINLINE void go_on(int turn)
{
    COUNT();
    for (int i = 0; i < 20; i++)
        branch(turn);
}

int main(int argc, char **argv)
{
    COUNT();
    if (argc < 3)
        return 2;
    int jumps = strcmp(argv[1], "jump") == 0, signals = atoi(argv[2]);
    counts_share();
    signal(SIGUSR1, jumps ? on_jump : on_fork);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
        return 1;
    for (int turn = 0; turn < signals && !is_child; turn++) {
        if (jumps)
            jump_once(turn);
        else
            fork_once(turn);
        if (is_child)
            go_on(turn);
        else if (!jumps)
            wait(NULL);
    }
    return 0;
}
