#include "record/follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_handle(uint32_t pid)
{
    return (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
}

static bool is_foreign(const struct follow *follow, const struct ct_process *record)
{
    return record->pid_namespace && follow->pid_namespace && record->pid_namespace != follow->pid_namespace;
}

uint32_t follow_pid_namespace(void)
{
    struct stat status;
    return stat("/proc/self/ns/pid", &status) == 0 ? (uint32_t)status.st_ino : 0;
}

uint32_t follow_count(const struct follow *follow, uint32_t *pid)
{
    uint32_t count = 0;
    for (size_t i = 0; i < follow->count; i++) {
        if (!follow->running[i].foreign) {
            *pid = follow->running[i].pid;
            count++;
        }
    }
    return count;
}

int follow_process(struct follow *follow, const struct ct_process *record)
{
    for (size_t i = 0; i < follow->count; i++) {
        struct followed *other = &follow->running[i];
        if (other->process == record->process)
            return 0;
        if (other->pid == record->pid && !other->foreign && !is_foreign(follow, record))
            other->by_exec = true;
    }
    if (follow->count == follow->room) {
        size_t room = follow->room ? follow->room * 2 : 16;
        struct followed *grown = realloc(follow->running, room * sizeof *grown);
        if (!grown)
            return -1;
        follow->running = grown;
        follow->room = room;
    }
    bool foreign = is_foreign(follow, record);
    follow->running[follow->count++] = (struct followed){.process = record->process,
                                                         .pid = record->pid,
                                                         .handle = foreign ? -1 : open_handle(record->pid),
                                                         .foreign = foreign};
    follow->seen++;
    return 0;
}

void follow_end_known(struct follow *follow, uint32_t process)
{
    for (size_t i = 0; i < follow->count; i++) {
        if (follow->running[i].process == process)
            follow->running[i].end_known = true;
    }
}

static bool has_ended(const struct followed *process)
{
    if (process->by_exec || process->foreign)
        return process->by_exec;
    if (process->handle < 0)
        return kill((pid_t)process->pid, 0) != 0 && errno == ESRCH;
    struct pollfd look = {process->handle, POLLIN, 0};
    return poll(&look, 1, 0) > 0;
}

static void take(struct follow *follow, size_t at, struct followed *taken)
{
    *taken = follow->running[at];
    if (taken->handle >= 0)
        close(taken->handle);
    follow->running[at] = follow->running[--follow->count];
}

bool follow_take_ended(struct follow *follow, struct followed *ended)
{
    for (size_t i = 0; i < follow->count; i++) {
        if (has_ended(&follow->running[i])) {
            take(follow, i, ended);
            return true;
        }
    }
    return false;
}

/* Where the process's mappings can't be read it is taken to be recorded still. */
static bool maps_file(uint32_t pid, const char *path)
{
    char name[64], line[8192];
    snprintf(name, sizeof name, "/proc/%u/maps", pid);
    FILE *file = fopen(name, "re");
    bool found = file == NULL;
    while (file && !found && fgets(line, sizeof line, file))
        found = strstr(line, path) != NULL;
    if (file)
        fclose(file);
    return found;
}

bool follow_take_unmapped(struct follow *follow, const char *path, struct followed *ended)
{
    for (size_t i = 0; i < follow->count; i++) {
        if (!follow->running[i].foreign && !maps_file(follow->running[i].pid, path)) {
            take(follow, i, ended);
            return true;
        }
    }
    return false;
}

bool follow_take_any(struct follow *follow, struct followed *ended)
{
    if (!follow->count)
        return false;
    take(follow, follow->count - 1, ended);
    return true;
}

void follow_free(struct follow *follow)
{
    struct followed ended;
    while (follow_take_any(follow, &ended))
        ;
    free(follow->running);
}
