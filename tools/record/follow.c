#include "record/follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_handle(uint32_t pid)
{
    return (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
}

/* Also one that was forbidden to ask for its pid. */
static bool is_foreign(const struct follow *follow, const struct ct_process *record)
{
    if (!record->pid)
        return true;
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

/* Linux 6.15 tells it of a process that was waited for: struct pidfd_info, which few systems' headers have yet. */
static bool ask_handle(int handle, int *status)
{
    struct {
        uint64_t mask, cgroup;
        uint32_t ids[11];
        int32_t exit_code;
    } info = {.mask = UINT64_C(1) << 3};
    if (handle < 0 || ioctl(handle, _IOWR(0xff, 11, info), &info) != 0 || (info.mask & UINT64_C(1) << 3) == 0)
        return false;
    *status = info.exit_code;
    return true;
}

/* Of a process that was not waited for yet: the last of the numbers in its line (proc(5)). */
static bool ask_proc(uint32_t pid, int *status)
{
    char name[64], line[2048];
    snprintf(name, sizeof name, "/proc/%u/stat", pid);
    FILE *file = fopen(name, "re");
    size_t size = file ? fread(line, 1, sizeof line - 1, file) : 0;
    if (file)
        fclose(file);
    line[size] = '\0';
    const char *state = strrchr(line, ')'), *last = strrchr(line, ' ');
    if (!state || strncmp(state, ") Z ", 4) != 0 || last < state)
        return false;
    *status = (int)strtol(last, NULL, 10);
    return true;
}

static void find_status(struct followed *ended)
{
    int status;
    if (ended->by_exec || ended->foreign ||
        (!ask_handle(ended->handle, &status) && !ask_proc(ended->pid, &status) && !ask_handle(ended->handle, &status)))
        return;
    ended->cause = WIFSIGNALED(status) ? CT_END_SIGNAL : CT_END_EXIT;
    ended->status = (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void take(struct follow *follow, size_t at, struct followed *taken)
{
    *taken = follow->running[at];
    find_status(taken);
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
