/* The processes of a recording, as their records announce them: which still run, and when they have ended. */
#ifndef CALLTAPE_RECORD_FOLLOW_H
#define CALLTAPE_RECORD_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"

struct followed {
    uint32_t process, pid;
    int handle;              /* pidfd, or -1 */
    bool end_known;          /* its runtime told the time of its end */
    bool by_exec;            /* ended by becoming another program */
    bool foreign;            /* of another pid namespace: its pid says nothing here, and it ends with the recording */
    enum ct_end_cause cause; /* of what was taken, as far as the system tells it of a process that is not a child */
    uint32_t status;
};

struct follow {
    uint32_t pid_namespace; /* this process's, as in struct ct_process */
    struct followed *running;
    size_t count, room;
    uint32_t seen; /* processes ever announced */
};

/* A PROCESS record was read. An earlier image of the same pid has ended then. -1: out of memory. */
int follow_process(struct follow *follow, const struct ct_process *record);
void follow_end_known(struct follow *follow, uint32_t process);

/* Takes one ended process off the list. False: all run. */
bool follow_take_ended(struct follow *follow, struct followed *ended);

/* Drops processes that no longer have the file mapped: they became programs that are not recorded. */
bool follow_take_unmapped(struct follow *follow, const char *path, struct followed *ended);

/* How many run in this pid namespace; *pid is one of them. */
uint32_t follow_count(const struct follow *follow, uint32_t *pid);

/* Inode number of this process's pid namespace, 0 if it can't be told. */
uint32_t follow_pid_namespace(void);

bool follow_take_any(struct follow *follow, struct followed *ended);
void follow_free(struct follow *follow);

#endif
