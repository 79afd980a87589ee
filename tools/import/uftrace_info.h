/* What uftrace's directory says of the recording, its tasks, their memory and names. */
#ifndef CALLTAPE_IMPORT_UFTRACE_INFO_H
#define CALLTAPE_IMPORT_UFTRACE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct uftrace_symbol {
    uint64_t address; /* in the module */
    char *name;
};

/* A mapped file; its names are read when first asked for. */
struct uftrace_module {
    uint64_t start, end;
    char *path;
    bool read;
    struct uftrace_symbol *symbols; /* by address */
    size_t symbol_count;
    uint32_t index; /* in the tape, or CT_NONE */
};

/* A program image in a process. */
struct uftrace_session {
    uint64_t ns; /* since when */
    uint32_t pid;
    char *executable;
    struct uftrace_module *modules; /* as in the map; those of dlopen behind */
    size_t module_count;
};

struct uftrace_task {
    uint32_t tid, pid;
    uint32_t ppid; /* of a process that was forked; else 0 */
    uint64_t ns;
    uint64_t last_ns;  /* what the kernel told last of it; 0: nothing */
    uint64_t named_ns; /* when it called itself so */
    char name[32];
};

struct uftrace_info {
    const char *directory;
    char *host;
    struct uftrace_session *sessions;
    size_t session_count;
    struct uftrace_task *tasks;
    size_t task_count;
};

/* To read. Only a regular file: no pipe without a writer, no device without an end (ENOTSUP). */
FILE *uftrace_open(const char *path);
int uftrace_info_read(struct uftrace_info *info, const char *directory, struct error *error);
/* Adds what the kernel told of the tasks, if it was asked. */
void uftrace_perf_read(struct uftrace_info *info);
void uftrace_info_free(struct uftrace_info *info);

/* Whose memory a process has at that time: the newest image of its own or, forked, of its parents'; NULL: none. */
struct uftrace_session *uftrace_session_of(const struct uftrace_info *info, uint32_t pid, uint64_t ns);
/* When the process becomes another after that time; UINT64_MAX: never. */
uint64_t uftrace_session_until(const struct uftrace_info *info, uint32_t pid, uint64_t ns);
struct uftrace_module *uftrace_module_of(const struct uftrace_session *session, uint64_t address);
/* NULL: it has none. Names are read from the directory; where that fails there are none. */
const char *uftrace_name_of(const struct uftrace_info *info, struct uftrace_module *module, uint64_t address);

#endif
