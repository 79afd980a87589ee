/* uftrace's records: 16 bytes each, a file a task. A record tells its depth, so that what was left without an exit
 * (longjmp, exceptions) shows where the next one is less deep. github.com/namhyung/uftrace, libmcount/mcount.h:
 *   u64 time in ns; u64: 2 bits type (0 entry, 1 exit, 2 lost, 3 event), 1 bit more, 3 bits magic (5), 10 bits depth,
 *   48 bits address */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numbers.h"
#include "base/text.h"
#include "calltape/format.h"
#include "import/growing.h"
#include "import/import.h"
#include "import/taping.h"
#include "import/uftrace_info.h"

enum { RECORD_BYTES = 16, MAGIC = 5, DEPTHS = 1024, READ_BYTES = 1 << 16 };
enum { TYPE_ENTRY, TYPE_EXIT, TYPE_LOST, TYPE_EVENT };

#define NO_PROCESS UINT32_MAX

struct known {
    uint64_t key; /* session and address; first: struct numbers finds it here */
    uint32_t function;
};

/* A program image in a process, as the tape has it. */
struct image {
    uint32_t pid, process;
    const struct uftrace_session *session;
};

struct uftrace {
    struct uftrace_info info;
    struct taping *taping;
    struct numbers known;
    struct image *images;
    size_t image_count;
    struct import_notes *notes;
    struct error *error;
};

/* The file of a task. */
struct task_file {
    FILE *file;
    char path[4096], safe[1024];
    uint64_t offset; /* of the record at hand */
    const struct uftrace_task *task;
    const struct image *image;
    uint64_t until;          /* ns: then it is another */
    uint16_t depths[DEPTHS]; /* of the open calls */
    uint32_t open;
};

/* ---- functions --------------------------------------------------------------------------------------------------- */

static int add_module(struct uftrace *uftrace, struct uftrace_module *module, uint32_t process)
{
    if (module->index != CT_NONE)
        return 0;
    return taping_module(uftrace->taping, process, module->path, module->start, module->end, &module->index,
                         uftrace->error);
}

static int add_function(struct uftrace *uftrace, const struct image *image, uint64_t address, uint32_t *function)
{
    struct uftrace_module *module = uftrace_module_of(image->session, address);
    if (module == NULL)
        return taping_function(uftrace->taping, CT_NONE, address, NULL, NULL, 0, function, uftrace->error);
    if (add_module(uftrace, module, image->process) != 0)
        return -1;
    return taping_function(uftrace->taping, module->index, address, uftrace_name_of(&uftrace->info, module, address),
                           NULL, 0, function, uftrace->error);
}

static int function_of(struct uftrace *uftrace, const struct image *image, uint64_t address, uint32_t *function)
{
    uint64_t key = (uint64_t)(image->session - uftrace->info.sessions) << 48 | address;
    struct known *known = numbers_find(&uftrace->known, key);
    if (known != NULL) {
        *function = known->function;
        return 0;
    }
    if (add_function(uftrace, image, address, function) != 0)
        return -1;
    known = malloc(sizeof *known);
    if (known != NULL) {
        *known = (struct known){key, *function};
        if (numbers_add(&uftrace->known, known) == 0)
            return 0;
        free(known);
    }
    return error_set(uftrace->error, "out of memory for functions");
}

/* ---- processes --------------------------------------------------------------------------------------------------- */

static const struct image *image_of(struct uftrace *uftrace, const struct uftrace_task *task, uint64_t ns)
{
    const struct uftrace_info *info = &uftrace->info;
    const struct uftrace_session *session = uftrace_session_of(info, task->pid, ns);
    for (size_t i = 0; i < uftrace->image_count; i++)
        if (uftrace->images[i].pid == task->pid && uftrace->images[i].session == session)
            return &uftrace->images[i];
    if (session == NULL) {
        error_set(uftrace->error, "'%s/task.txt' tells of no program of process %u", info->directory, task->pid);
        return NULL;
    }
    struct image *image = growing_add(&uftrace->images, &uftrace->image_count, sizeof *image);
    if (image == NULL) {
        error_set(uftrace->error, "out of memory for processes");
        return NULL;
    }
    *image = (struct image){task->pid, NO_PROCESS, session};
    if (taping_process(uftrace->taping, task->pid, task->ppid, session->executable, session->executable, session->ns,
                       &image->process, uftrace->error) != 0)
        return NULL;
    return image;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* A task that goes on as another program is another thread of the tape. */
static int find_image(struct uftrace *uftrace, struct task_file *file, uint64_t ns)
{
    if (file->image != NULL && ns < file->until)
        return 0;
    file->until = uftrace_session_until(&uftrace->info, file->task->pid, ns);
    file->image = image_of(uftrace, file->task, ns);
    file->open = 0;
    if (file->image == NULL)
        return -1;
    const struct uftrace_task *task = file->task;
    bool named = task->named_ns > file->image->session->ns && task->named_ns < file->until;
    return taping_thread(uftrace->taping, file->image->process, task->tid,
                         named ? task->name : name_of(file->image->session->executable), ns, uftrace->error);
}

/* ---- records ----------------------------------------------------------------------------------------------------- */

/* Ends without an exit what is as deep as `depth` or deeper. */
static int leave(struct uftrace *uftrace, struct task_file *file, uint32_t depth)
{
    uint32_t left = 0;
    while (file->open != 0 && file->depths[file->open - 1] >= depth) {
        file->open--;
        left++;
    }
    return left != 0 ? taping_jump(uftrace->taping, left, uftrace->error) : 0;
}

static int enter(struct uftrace *uftrace, struct task_file *file, uint32_t depth, uint64_t address, uint64_t ns)
{
    uint32_t function;
    if (function_of(uftrace, file->image, address, &function) != 0 || leave(uftrace, file, depth) != 0)
        return -1;
    file->depths[file->open++] = (uint16_t)depth;
    uftrace->notes->calls++;
    return taping_enter(uftrace->taping, function, ns, uftrace->error);
}

static int leave_by_exit(struct uftrace *uftrace, struct task_file *file, uint32_t depth, uint64_t address, uint64_t ns)
{
    uint32_t function;
    if (leave(uftrace, file, depth + 1) != 0)
        return -1;
    if (file->open != 0 && file->depths[file->open - 1] == depth) {
        file->open--;
        return taping_exit(uftrace->taping, ns, uftrace->error);
    }
    uftrace->notes->unpaired++;
    if (function_of(uftrace, file->image, address, &function) != 0)
        return -1;
    return taping_stray(uftrace->taping, function, uftrace->error);
}

static int read_record(struct uftrace *uftrace, struct task_file *file, const uint8_t bytes[RECORD_BYTES])
{
    uint64_t ns, rest;
    memcpy(&ns, bytes, sizeof ns);
    memcpy(&rest, bytes + 8, sizeof rest);
    uint32_t depth = (uint32_t)(rest >> 6 & (DEPTHS - 1));
    if ((rest >> 3 & 7) != MAGIC)
        return error_set(uftrace->error, "'%s': offset %" PRIu64 ": no record of uftrace's", file->safe, file->offset);
    if ((rest & 4) != 0)
        return error_set(uftrace->error,
                         "'%s': offset %" PRIu64 ": has arguments or results, which are not read; record without "
                         "--argument, --retval and --auto-args",
                         file->safe, file->offset);
    if (find_image(uftrace, file, ns) != 0)
        return -1;
    switch (rest & 3) {
    case TYPE_ENTRY:
        return enter(uftrace, file, depth, rest >> 16, ns);
    case TYPE_EXIT:
        return leave_by_exit(uftrace, file, depth, rest >> 16, ns);
    case TYPE_LOST:
        uftrace->notes->lost += rest >> 16;
        return taping_lost(uftrace->taping, rest >> 16, uftrace->error);
    default:
        uftrace->notes->skipped++;
        return 0;
    }
}

static int read_records(struct uftrace *uftrace, struct task_file *file)
{
    static uint8_t bytes[READ_BYTES];
    size_t count;
    while ((count = fread(bytes, 1, sizeof bytes, file->file)) != 0) {
        for (size_t at = 0; at + RECORD_BYTES <= count; at += RECORD_BYTES, file->offset += RECORD_BYTES)
            if (read_record(uftrace, file, bytes + at) != 0)
                return -1;
        if (count % RECORD_BYTES != 0)
            return error_set(uftrace->error, "'%s': offset %" PRIu64 ": the last record is cut off", file->safe,
                             file->offset);
    }
    return ferror(file->file) ? error_set(uftrace->error, "'%s': %s", file->safe, strerror(errno)) : 0;
}

/* A task that called nothing has no file. */
static int read_task(struct uftrace *uftrace, const struct uftrace_task *task)
{
    struct task_file file = {.task = task};
    snprintf(file.path, sizeof file.path, "%s/%u.dat", uftrace->info.directory, task->tid);
    text_escape(file.safe, sizeof file.safe, file.path, true);
    file.file = uftrace_open(file.path);
    if (file.file == NULL)
        return errno == ENOENT ? 0 : error_set(uftrace->error, "cannot read '%s': %s", file.safe, strerror(errno));
    int status = read_records(uftrace, &file);
    if (file.image != NULL && file.until == UINT64_MAX)
        taping_pass(uftrace->taping, task->last_ns);
    fclose(file.file);
    return status;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

/* A task may be told of twice, as forked and as seen. */
static bool is_first(const struct uftrace_info *info, size_t task)
{
    for (size_t i = 0; i < task; i++)
        if (info->tasks[i].tid == info->tasks[task].tid)
            return false;
    return true;
}

static int read_all(struct uftrace *uftrace)
{
    const struct uftrace_info *info = &uftrace->info;
    uint64_t start = info->session_count != 0 ? info->sessions[0].ns : 0;
    if (info->session_count >= UINT16_MAX)
        return error_set(uftrace->error, "'%s/task.txt': more than 65,534 programs", info->directory);
    /* Its command is the recorder's; the program's own words are not known. */
    int status = taping_session(uftrace->taping, "", info->host != NULL ? info->host : "", "imported from uftrace",
                                start, 0, uftrace->error);
    for (size_t i = 0; i < info->task_count && status == 0; i++)
        if (is_first(info, i))
            status = read_task(uftrace, &info->tasks[i]);
    return status;
}

static void free_known(struct uftrace *uftrace)
{
    for (size_t i = 0; i < uftrace->known.slots; i++)
        free(uftrace->known.table[i]);
    numbers_free(&uftrace->known);
    free(uftrace->images);
}

int import_uftrace(const char *directory, const char *output, struct import_notes *notes, struct error *error)
{
    struct uftrace uftrace = {.notes = notes, .error = error};
    int status = -1;
    *notes = (struct import_notes){0};
    if (uftrace_info_read(&uftrace.info, directory, error) != 0)
        return -1;
    uftrace.taping = taping_open(output, error);
    if (uftrace.taping != NULL && (status = read_all(&uftrace)) == 0)
        status = taping_finish(uftrace.taping, error);
    else
        taping_abort(uftrace.taping);
    free_known(&uftrace);
    uftrace_info_free(&uftrace.info);
    return status;
}
