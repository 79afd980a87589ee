/* The program that is recorded: started with the runtime preloaded, waited for, given the signals meant for it. */
#ifndef CALLTAPE_RECORD_CHILD_H
#define CALLTAPE_RECORD_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct child {
    pid_t pid;
    sigset_t mask;       /* calltape's own before it blocked what it waits for; the child's */
    void (*on_end)(int); /* the child's SIGCHLD and SIGXFSZ */
    void (*on_size)(int);
    bool ended;
    int status; /* as waitpid gives it */
};

/* Blocks the signals that child_wait looks for, and keeps others from ending calltape; before any thread is started
 * and any file is written. */
void child_prepare(struct child *child);

/* Starts `path` with `arguments` in this environment plus LD_PRELOAD and CALLTAPE_ARENA. -1 with the error set, and
 * *exit_status 126 or 127 as a shell has it. */
int child_start(struct child *child, const char *path, char **arguments, const char *runtime, const char *arena,
                int *exit_status, struct error *error);

enum child_event {
    CHILD_NOTHING, /* the time is up */
    CHILD_ENDED,
    CHILD_STOP, /* after its end: a signal asks calltape to end as well */
};

/* Waits for at most `milliseconds`. INT, TERM and the like that a person sent to calltape alone go on to the child;
 * from the terminal it has them already. */
enum child_event child_wait(struct child *child, int milliseconds);

/* As shells say it: exit status, or 128 + signal. */
int child_exit_status(const struct child *child);

#endif
