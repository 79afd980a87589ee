/* A thread's own timer, whose signals come at any instruction of it. C and C++; not traced. */
#ifndef TARGETS_TIMER_H
#define TARGETS_TIMER_H

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "count.h"

/* For the calling thread. */
static UNTRACED timer_t thread_timer(int signal_number)
{
    struct sigevent event = {};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = signal_number;
    event._sigev_un._tid = gettid();
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
        abort();
    return timer;
}

/* Once, soon: a timer that went on by itself would leave a slow machine no time between its signals. */
static UNTRACED void arm(timer_t timer, long nanoseconds)
{
    struct itimerspec once = {};
    once.it_value.tv_nsec = nanoseconds;
    if (timer_settime(timer, 0, &once, NULL) != 0)
        abort();
}

#endif
