#include "tape/tape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tape/file.h"
#include "tape/state.h"

static const struct tape_process empty_process = {.parent = CT_NONE, .end_ticks = UINT64_MAX};
static const struct tape_thread empty_thread = {.process = CT_NONE, .end_ticks = UINT64_MAX};
static const struct tape_module empty_module = {.unload_ticks = UINT64_MAX};
static const struct tape_function empty_function = {.module = CT_NONE};
static const struct tape_key empty_key = {.name = "", .type_name = "", .details = ""};
static const char *const empty_string;
static const struct ct_left empty_index;
static const struct ct_left_calls empty_calls;
static const struct tape_left empty_left;

static struct tape *tape_new(int fd)
{
    struct tape *tape = calloc(1, sizeof *tape);
    if (!tape)
        return NULL;
    tape->fd = fd;
    damages_init(&tape->damages);
    damages_init(&tape->losses);
    tape->processes = (struct table){.item_bytes = sizeof empty_process, .empty = &empty_process};
    tape->threads = (struct table){.item_bytes = sizeof empty_thread, .empty = &empty_thread};
    tape->modules = (struct table){.item_bytes = sizeof empty_module, .empty = &empty_module};
    tape->functions = (struct table){.item_bytes = sizeof empty_function, .empty = &empty_function};
    tape->keys = (struct table){.item_bytes = sizeof empty_key, .empty = &empty_key};
    tape->arguments = tape->notes = tape->owned =
        (struct table){.item_bytes = sizeof empty_string, .empty = &empty_string};
    tape->left_indices = (struct table){.item_bytes = sizeof empty_index, .empty = &empty_index};
    tape->left_calls = (struct table){.item_bytes = sizeof empty_calls, .empty = &empty_calls};
    tape->left = (struct table){.item_bytes = sizeof empty_left, .empty = &empty_left};
    return tape;
}

void tape_close(struct tape *tape)
{
    if (!tape)
        return;
    close(tape->fd);
    free(tape->path);
    damages_free(&tape->damages);
    damages_free(&tape->losses);
    free(tape->sections.at);
    free(tape->blocks);
    free(tape->blocks_reported);
    free(tape->thread_blocks);
    free(tape->summaries);
    for (size_t i = 0; i < tape->payload_count; i++)
        free(tape->payloads[i]);
    free(tape->payloads);
    for (uint32_t i = 0; i < tape->owned.count; i++)
        free(((char **)tape->owned.at)[i]);
    struct table *tables[] = {&tape->processes,    &tape->threads,    &tape->modules, &tape->functions,
                              &tape->keys,         &tape->arguments,  &tape->notes,   &tape->owned,
                              &tape->left_indices, &tape->left_calls, &tape->left};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        free(tables[i]->at);
    clock_free(&tape->clock);
    free(tape);
}

struct damages *tape_lacking(struct tape *tape)
{
    tape->lacks++;
    return tape->tells_loss ? &tape->losses : &tape->damages;
}

static int check_file(struct tape *tape, struct error *error)
{
    const struct stat *stat = &tape->opened;
    if (fstat(tape->fd, &tape->opened) != 0)
        return error_set(error, "cannot ask for the size of '%s': %s", tape->path, strerror(errno));
    if (!S_ISREG(stat->st_mode))
        return error_set(error, "'%s' is not a file", tape->path);
    struct ct_tape header;
    tape->size = (uint64_t)stat->st_size;
    tape->totals.bytes = tape->size;
    /* each takes a record of 24 bytes or more; some are taken by processes that die before they describe them */
    tape->id_limit = tape->size / 16 + 1024;
    if (file_read(tape->fd, 0, &header, sizeof header) != sizeof header)
        return file_unread(tape->path, 0, error) != 0 ? -1
                                                      : error_set(error, "'%s' is too short to be a tape: %llu bytes",
                                                                  tape->path, (unsigned long long)tape->size);
    tape->totals.folds = header.version != CT_TAPE_VERSION_PLAIN;
    return tape_header_check(&header, tape->path, &tape->damages, error);
}

static int read_all(struct tape *tape, struct error *error)
{
    if (check_file(tape, error) != 0 ||
        sections_read(&tape->sections, tape->fd, tape->size, tape->path, &tape->damages, error) != 0)
        return -1;
    tape->session.finished = tape->sections.finished;
    tape->totals.lost_events = tape->sections.lost_events;
    error_set(error, "cannot read '%s': out of memory", tape->path); /* if a step fails that says nothing itself */
    if (meta_read(tape, error) != 0 || blocks_sort(tape) != 0 || summaries_sort(tape) != 0 || meta_finish(tape) != 0 ||
        same_functions(tape) != 0 || same_keys(tape) != 0)
        return -1;
    return 0;
}

struct tape *tape_open_fd(int fd, const char *path, struct error *error)
{
    struct tape *tape = tape_new(fd);
    if (!tape)
        close(fd);
    else if ((tape->path = strdup(path)))
        if (read_all(tape, error) == 0)
            return tape;
    if (!tape || !tape->path)
        error_set(error, "cannot read '%s': out of memory", path);
    tape_close(tape);
    return NULL;
}

int tape_set_symbol(struct tape *tape, uint32_t function, const char *name, const char *symbol, const char *file,
                    uint32_t line, struct error *error)
{
    if (function == 0 || function >= tape->functions.count)
        return error_set(error, "'%s' has no function %u", tape->path, function);
    struct tape_function *entry = &((struct tape_function *)tape->functions.at)[function];
    const char *own_name = tape_own(tape, name), *own_file = file ? tape_own(tape, file) : NULL;
    const char *own_symbol = symbol ? tape_own(tape, symbol) : NULL;
    if (!own_name || (file && !own_file) || (symbol && !own_symbol))
        return error_set(error, "cannot name a function of '%s': out of memory", tape->path);
    entry->name = own_name;
    entry->symbol = own_symbol;
    entry->file = own_file;
    entry->line = line;
    return 0;
}

enum tape_fate tape_fate(const struct tape *tape)
{
    const struct stat *then = &tape->opened;
    struct stat now;
    if (fstat(tape->fd, &now) == 0 && (now.st_size != then->st_size || now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
                                       now.st_mtim.tv_nsec != then->st_mtim.tv_nsec))
        return TAPE_CHANGED;
    if (stat(tape->path, &now) != 0)
        return TAPE_REMOVED;
    return now.st_dev != then->st_dev || now.st_ino != then->st_ino ? TAPE_REPLACED : TAPE_AS_OPENED;
}

const char *tape_path(const struct tape *tape)
{
    return tape->path;
}

const struct tape_session *tape_session(const struct tape *tape)
{
    return &tape->session;
}

struct tape_totals tape_totals(const struct tape *tape)
{
    return tape->totals;
}

const struct tape_process *tape_processes(const struct tape *tape, uint32_t *count)
{
    *count = tape->processes.count;
    return tape->processes.at;
}

const struct tape_thread *tape_threads(const struct tape *tape, uint32_t *count)
{
    *count = tape->threads.count;
    return tape->threads.at;
}

const struct tape_module *tape_modules(const struct tape *tape, uint32_t *count)
{
    *count = tape->modules.count;
    return tape->modules.at;
}

const struct tape_function *tape_functions(const struct tape *tape, uint32_t *count)
{
    *count = tape->functions.count;
    return tape->functions.at;
}

const struct tape_key *tape_keys(const struct tape *tape, uint32_t *count)
{
    *count = tape->keys.count;
    return tape->keys.at;
}

const struct tape_damage *tape_damages(const struct tape *tape, size_t *count)
{
    *count = __atomic_load_n(&tape->damages.count, __ATOMIC_ACQUIRE);
    return tape->damages.at;
}

const char *const *tape_notes(const struct tape *tape, size_t *count)
{
    *count = tape->notes.count;
    return tape->notes.at;
}

uint64_t tape_ns(const struct tape *tape, uint64_t ticks)
{
    return clock_ns(&tape->clock, ticks);
}

struct tape_line tape_line_at(const struct tape *tape, uint64_t ticks)
{
    const struct clock *clock = &tape->clock;
    size_t i = clock_line_of(clock, ticks);
    const struct clock_line *line = &clock->lines[i];
    uint64_t until = i + 1 < clock->line_count ? line[1].from.ticks : UINT64_MAX;
    if (ticks < line->from.ticks) /* before the first */
        return (struct tape_line){0, line->from.ticks, line->from.ns, line->from.ns, clock->origin_ns, 0, 0};
    return (struct tape_line){line->from.ticks, until,      line->from.ns, line->until_ns, clock->origin_ns,
                              line->multiplier, line->shift};
}
