#include "import/uftrace_info.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "calltape/format.h"
#include "import/growing.h"

enum { HEADER_BYTES = 40, VERSION = 4, LITTLE = 1, CLASS_64 = 2 };

/* ---- text files -------------------------------------------------------------------------------------------------- */

struct lines {
    FILE *file;
    char path[4096], safe[1024]; /* safe: to print */
    char *line;
    size_t room;
    uint64_t number;
};

FILE *uftrace_open(const char *path)
{
    struct stat stat;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    FILE *file = fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) ? fdopen(fd, "r") : NULL;
    if (file == NULL) {
        close(fd);
        errno = ENOTSUP;
    }
    return file;
}

static FILE *open_in(struct lines *lines, const char *directory, const char *name)
{
    snprintf(lines->path, sizeof lines->path, "%s/%s", directory, name);
    text_escape(lines->safe, sizeof lines->safe, lines->path, true);
    return lines->file = uftrace_open(lines->path);
}

static bool next_line(struct lines *lines)
{
    if (getline(&lines->line, &lines->room, lines->file) < 0)
        return false;
    lines->line[strcspn(lines->line, "\n")] = '\0';
    lines->number++;
    return true;
}

static void close_lines(struct lines *lines)
{
    if (lines->file != NULL)
        fclose(lines->file);
    free(lines->line);
}

static int cannot_read(const struct lines *lines, struct error *error)
{
    return error_set(error, "cannot read '%s': %s%s", lines->safe, strerror(errno),
                     errno == ENOENT ? "; this is no directory of `uftrace record`" : "");
}

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for what uftrace recorded");
}

/* ---- info -------------------------------------------------------------------------------------------------------- */

static int check_header(const struct lines *lines, const uint8_t header[HEADER_BYTES], struct error *error)
{
    uint32_t version;
    memcpy(&version, header + 8, sizeof version);
    if (memcmp(header, "Ftrace!", 8) != 0)
        return error_set(error, "'%s': offset 0: not uftrace's, whose files begin with \"Ftrace!\"", lines->safe);
    if (header[14] != LITTLE || header[15] != CLASS_64)
        return error_set(error,
                         "'%s': offset 14: recorded on a machine of another kind: 64 bits, little-endian are read",
                         lines->safe);
    if (version != VERSION)
        return error_set(error, "'%s': offset 8: version %u of uftrace's format; version %d is read", lines->safe,
                         version, VERSION);
    return 0;
}

static bool take(const char *line, const char *key, char **value)
{
    size_t length = strlen(key);
    if (strncmp(line, key, length) != 0)
        return true;
    free(*value);
    *value = strdup(line + length);
    return *value != NULL;
}

static int read_info(struct uftrace_info *info, struct error *error)
{
    struct lines lines = {0};
    uint8_t header[HEADER_BYTES];
    int status = 0;
    if (open_in(&lines, info->directory, "info") == NULL)
        return cannot_read(&lines, error);
    if (fread(header, 1, sizeof header, lines.file) != sizeof header)
        status = error_set(error, "'%s': shorter than a header of uftrace's", lines.safe);
    else
        status = check_header(&lines, header, error);
    while (status == 0 && next_line(&lines))
        if (!take(lines.line, "osinfo:hostname=", &info->host))
            status = no_memory(error);
    close_lines(&lines);
    return status;
}

/* ---- maps -------------------------------------------------------------------------------------------------------- */

static int add_module(struct uftrace_session *session, uint64_t start, uint64_t end, const char *path,
                      struct error *error)
{
    struct uftrace_module *module = growing_add(&session->modules, &session->module_count, sizeof *module);
    if (module == NULL)
        return no_memory(error);
    *module = (struct uftrace_module){.start = start, .end = end, .path = strdup(path), .index = CT_NONE};
    return module->path != NULL ? 0 : no_memory(error);
}

/* 559a80180000-559a80185000 r-xp 00000000 00:00 0    /tmp/a build-id:99b7... */
static int read_map_line(const struct lines *lines, struct uftrace_session *session, struct error *error)
{
    unsigned long long start, end, offset;
    int at = 0;
    if (sscanf(lines->line, "%llx-%llx %*s %llx %*s %*s %n", &start, &end, &offset, &at) != 3 || at == 0)
        return error_set(error, "'%s': line %llu: no mapping of memory", lines->safe,
                         (unsigned long long)lines->number);
    char *path = lines->line + at, *rest = strstr(path, " build-id:");
    if (rest != NULL)
        *rest = '\0';
    return *path == '/' ? add_module(session, start - offset, end, path, error) : 0;
}

static int read_map(const struct uftrace_info *info, struct uftrace_session *session, const char *id,
                    struct error *error)
{
    struct lines lines = {0};
    char name[64];
    int status = 0;
    snprintf(name, sizeof name, "sid-%s.map", id);
    if (open_in(&lines, info->directory, name) == NULL)
        return cannot_read(&lines, error);
    while (status == 0 && next_line(&lines))
        status = read_map_line(&lines, session, error);
    close_lines(&lines);
    return status;
}

/* ---- tasks ------------------------------------------------------------------------------------------------------- */

static bool number_after(const char *line, const char *key, uint32_t *number)
{
    const char *at = strstr(line, key);
    return at != NULL && sscanf(at + strlen(key), "%u", number) == 1;
}

/* timestamp=14314.211842002 */
static bool time_of(const char *line, uint64_t *ns)
{
    unsigned long long seconds, rest;
    const char *at = strstr(line, "timestamp=");
    if (at == NULL || sscanf(at, "timestamp=%llu.%9llu", &seconds, &rest) != 2 || seconds > UINT64_MAX / 2000000000)
        return false;
    *ns = seconds * UINT64_C(1000000000) + rest;
    return true;
}

/* "..." behind the key; NULL: there is none. To be freed. */
static char *quoted_after(const char *line, const char *key)
{
    const char *at = strstr(line, key);
    return at != NULL ? strndup(at + strlen(key), strcspn(at + strlen(key), "\"")) : NULL;
}

static int read_session(struct uftrace_info *info, const struct lines *lines, uint64_t ns, struct error *error)
{
    char id[17] = "";
    const char *at = strstr(lines->line, " sid=");
    struct uftrace_session session = {.ns = ns};
    if (!number_after(lines->line, " pid=", &session.pid) || at == NULL || sscanf(at, " sid=%16[0-9a-f]", id) != 1)
        return error_set(error, "'%s': line %llu: no pid or no sid", lines->safe, (unsigned long long)lines->number);
    session.executable = quoted_after(lines->line, "exename=\"");
    struct uftrace_session *kept = growing_add(&info->sessions, &info->session_count, sizeof session);
    if (kept == NULL || session.executable == NULL) {
        free(session.executable);
        info->session_count -= kept != NULL;
        return no_memory(error);
    }
    *kept = session;
    return read_map(info, kept, id, error);
}

static int read_task(struct uftrace_info *info, const struct lines *lines, uint64_t ns, bool forked,
                     struct error *error)
{
    struct uftrace_task task = {.ns = ns};
    bool whole = number_after(lines->line, " pid=", &task.pid) &&
                 number_after(lines->line, forked ? " ppid=" : " tid=", forked ? &task.ppid : &task.tid);
    if (!whole)
        return error_set(error, "'%s': line %llu: no pid or tid", lines->safe, (unsigned long long)lines->number);
    if (forked)
        task.tid = task.pid;
    struct uftrace_task *kept = growing_add(&info->tasks, &info->task_count, sizeof task);
    if (kept == NULL)
        return no_memory(error);
    *kept = task;
    return 0;
}

/* A library that was opened later. How long it is its names will tell. */
static int read_library(struct uftrace_info *info, const struct lines *lines, uint64_t ns, struct error *error)
{
    uint32_t tid, pid = 0;
    unsigned long long base;
    const char *at = strstr(lines->line, " base=");
    char *path = quoted_after(lines->line, "libname=\"");
    if (path == NULL || at == NULL || !number_after(lines->line, " tid=", &tid) ||
        sscanf(at, " base=%llx", &base) != 1) {
        free(path);
        return error_set(error, "'%s': line %llu: no library", lines->safe, (unsigned long long)lines->number);
    }
    for (size_t i = 0; i < info->task_count; i++)
        if (info->tasks[i].tid == tid)
            pid = info->tasks[i].pid;
    struct uftrace_session *session = uftrace_session_of(info, pid, ns);
    int status = session != NULL ? add_module(session, base, UINT64_MAX, path, error) : 0;
    free(path);
    return status;
}

static int read_task_line(struct uftrace_info *info, const struct lines *lines, struct error *error)
{
    uint64_t ns;
    if (!time_of(lines->line, &ns))
        return error_set(error, "'%s': line %llu: no time", lines->safe, (unsigned long long)lines->number);
    if (strncmp(lines->line, "SESS ", 5) == 0)
        return read_session(info, lines, ns, error);
    if (strncmp(lines->line, "TASK ", 5) == 0)
        return read_task(info, lines, ns, false, error);
    if (strncmp(lines->line, "FORK ", 5) == 0)
        return read_task(info, lines, ns, true, error);
    return strncmp(lines->line, "DLOP ", 5) == 0 ? read_library(info, lines, ns, error) : 0;
}

static int read_tasks(struct uftrace_info *info, struct error *error)
{
    struct lines lines = {0};
    int status = 0;
    if (open_in(&lines, info->directory, "task.txt") == NULL)
        return cannot_read(&lines, error);
    while (status == 0 && next_line(&lines))
        status = read_task_line(info, &lines, error);
    close_lines(&lines);
    return status;
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

static int by_address(const void *left, const void *right)
{
    const struct uftrace_symbol *a = left, *b = right;
    return (a->address > b->address) - (a->address < b->address);
}

static const char *next_word(const char *at)
{
    at += strcspn(at, " ");
    return at + strspn(at, " ");
}

/* 0000000000001199 T leaf; in newer ones a size stands before the letter. True but where there is no memory. */
static bool read_symbol(struct uftrace_module *module, const char *line)
{
    const char *letter = next_word(line);
    if (strcspn(letter, " ") != 1)
        letter = next_word(letter);
    const char *name = next_word(letter);
    if (*name == '\0' || strchr("?dDbBrR", *letter) != NULL)
        return true;
    struct uftrace_symbol *symbol = growing_add(&module->symbols, &module->symbol_count, sizeof *symbol);
    if (symbol == NULL)
        return false;
    *symbol = (struct uftrace_symbol){strtoull(line, NULL, 16), strdup(name)};
    module->symbol_count -= symbol->name == NULL;
    return symbol->name != NULL;
}

static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* A file that cannot be read, or not wholly, costs names. */
static void read_symbols(const struct uftrace_info *info, struct uftrace_module *module)
{
    struct lines lines = {0};
    char name[512];
    module->read = true;
    snprintf(name, sizeof name, "%s.sym", file_of(module->path));
    if (open_in(&lines, info->directory, name) == NULL)
        return;
    while (next_line(&lines))
        if (lines.line[0] != '#' && !read_symbol(module, lines.line))
            break;
    close_lines(&lines);
    if (module->symbol_count != 0)
        qsort(module->symbols, module->symbol_count, sizeof *module->symbols, by_address);
}

const char *uftrace_name_of(const struct uftrace_info *info, struct uftrace_module *module, uint64_t address)
{
    if (!module->read)
        read_symbols(info, module);
    size_t low = 0, high = module->symbol_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (module->symbols[middle].address <= address - module->start)
            low = middle + 1;
        else
            high = middle;
    }
    return low != 0 ? module->symbols[low - 1].name : NULL;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static uint32_t parent_of(const struct uftrace_info *info, uint32_t pid)
{
    for (size_t i = info->task_count; i-- > 0;)
        if (info->tasks[i].tid == pid && info->tasks[i].ppid != 0)
            return info->tasks[i].ppid;
    return 0;
}

struct uftrace_session *uftrace_session_of(const struct uftrace_info *info, uint32_t pid, uint64_t ns)
{
    /* A hostile file may have made a ring of parents. */
    for (size_t generation = 0; pid != 0 && generation <= info->task_count; generation++) {
        struct uftrace_session *newest = NULL;
        for (size_t i = 0; i < info->session_count; i++)
            if (info->sessions[i].pid == pid && info->sessions[i].ns <= ns)
                newest = &info->sessions[i];
        if (newest != NULL)
            return newest;
        pid = parent_of(info, pid);
    }
    return NULL;
}

uint64_t uftrace_session_until(const struct uftrace_info *info, uint32_t pid, uint64_t ns)
{
    uint64_t until = UINT64_MAX;
    for (size_t i = 0; i < info->session_count; i++)
        if (info->sessions[i].pid == pid && info->sessions[i].ns > ns && info->sessions[i].ns < until)
            until = info->sessions[i].ns;
    return until;
}

struct uftrace_module *uftrace_module_of(const struct uftrace_session *session, uint64_t address)
{
    struct uftrace_module *nearest = NULL;
    for (size_t i = 0; i < session->module_count; i++) {
        struct uftrace_module *module = &session->modules[i];
        if (address >= module->start && address < module->end && (nearest == NULL || module->start >= nearest->start))
            nearest = module;
    }
    return nearest;
}

int uftrace_info_read(struct uftrace_info *info, const char *directory, struct error *error)
{
    *info = (struct uftrace_info){.directory = directory};
    if (read_info(info, error) == 0 && read_tasks(info, error) == 0) {
        uftrace_perf_read(info);
        return 0;
    }
    uftrace_info_free(info);
    return -1;
}

static void free_module(struct uftrace_module *module)
{
    for (size_t i = 0; i < module->symbol_count; i++)
        free(module->symbols[i].name);
    free(module->symbols);
    free(module->path);
}

void uftrace_info_free(struct uftrace_info *info)
{
    for (size_t i = 0; i < info->session_count; i++) {
        for (size_t j = 0; j < info->sessions[i].module_count; j++)
            free_module(&info->sessions[i].modules[j]);
        free(info->sessions[i].modules);
        free(info->sessions[i].executable);
    }
    free(info->sessions);
    free(info->tasks);
    free(info->host);
    *info = (struct uftrace_info){0};
}
