/* What the kernel told uftrace of its tasks (perf-cpuN.dat): records of perf_event_open(2), each ending in pid, tid and
 * time. Of them count when a task ended and what it called itself. A file that cannot be read, or not wholly, costs
 * ends and names. */
#include <dirent.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "import/uftrace_info.h"

enum { RECORD_MOST = 64 * 1024 };

struct sample {
    uint32_t pid, tid;
    uint64_t ns;
};

struct record {
    struct perf_event_header head;
    char bytes[RECORD_MOST];
};

static bool read_record(FILE *file, struct record *record, struct sample *sample)
{
    if (fread(&record->head, sizeof record->head, 1, file) != 1 ||
        record->head.size < sizeof record->head + sizeof *sample)
        return false;
    size_t bytes = record->head.size - sizeof record->head;
    if (fread(record->bytes, bytes, 1, file) != 1)
        return false;
    memcpy(sample, record->bytes + bytes - sizeof *sample, sizeof *sample);
    record->bytes[bytes - sizeof *sample] = '\0';
    return true;
}

/* Told of twice, the first counts. */
static struct uftrace_task *task_of(const struct uftrace_info *info, uint32_t tid)
{
    for (size_t i = 0; i < info->task_count; i++)
        if (info->tasks[i].tid == tid)
            return &info->tasks[i];
    return NULL;
}

/* exec names a task as its program is called, which tells nothing new. */
static void take_name(struct uftrace_task *task, const struct record *record, uint64_t ns)
{
    const char *name = record->bytes + 2 * sizeof(uint32_t);
    bool has_name = record->head.size > sizeof record->head + 2 * sizeof(uint32_t) + sizeof(struct sample);
    if (!has_name || (record->head.misc & PERF_RECORD_MISC_COMM_EXEC) != 0 || ns < task->named_ns)
        return;
    task->named_ns = ns;
    snprintf(task->name, sizeof task->name, "%s", name);
}

static void read_file(struct uftrace_info *info, FILE *file)
{
    static struct record record;
    struct sample sample;
    struct uftrace_task *task = NULL;
    while (read_record(file, &record, &sample)) {
        if (task == NULL || task->tid != sample.tid)
            task = task_of(info, sample.tid);
        if (task == NULL)
            continue;
        if (sample.ns > task->last_ns)
            task->last_ns = sample.ns;
        if (record.head.type == PERF_RECORD_COMM)
            take_name(task, &record, sample.ns);
    }
}

void uftrace_perf_read(struct uftrace_info *info)
{
    char path[4096];
    DIR *directory = opendir(info->directory);
    if (directory == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strncmp(entry->d_name, "perf-cpu", strlen("perf-cpu")) != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", info->directory, entry->d_name);
        FILE *file = uftrace_open(path);
        if (file == NULL)
            continue;
        read_file(info, file);
        fclose(file);
    }
    closedir(directory);
}
