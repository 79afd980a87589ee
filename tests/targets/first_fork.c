/* Children that are forked while another thread makes the program's first traced call, in programs started anew each
 * time: argv[1] times. Each child calls, too. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

static volatile int sink;

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

static UNTRACED void *caller(void *argument)
{
    leaf(1);
    return argument;
}

static UNTRACED int fork_once(unsigned delay)
{
    pthread_t thread;
    counts_share();
    if (pthread_create(&thread, NULL, caller, NULL) != 0)
        return 1;
    for (volatile unsigned i = 0; i < delay; i++)
        ;
    pid_t child = fork();
    if (child == 0) {
        leaf(2);
        _exit(0);
    }
    int status;
    pthread_join(thread, NULL);
    return waitpid(child, &status, 0) != child || status != 0;
}

UNTRACED int main(int count, char **arguments)
{
    if (count > 2)
        return fork_once((unsigned)atoi(arguments[2]));
    for (int i = 0; i < atoi(arguments[1]); i++) {
        char delay[16];
        snprintf(delay, sizeof delay, "%d", i * 5000 % 1000000);
        pid_t child = fork();
        if (child == 0) {
            execl(arguments[0], arguments[0], "once", delay, (char *)NULL);
            _exit(1);
        }
        int status;
        if (waitpid(child, &status, 0) != child || status != 0)
            return 1;
    }
    counts_leave();
    return 0;
}
