#include "symbol/debug_file.h"

#include <linux/limits.h>
#include <stdio.h>
#include <string.h>

static struct elf_file *open_matching(const char *path, const struct debug_file_query *query)
{
    struct error ignored;
    const uint8_t *build_id;
    struct elf_file *file = elf_file_open(path, &ignored);
    if (!file)
        return NULL;
    if (elf_file_has_symtab(file) && elf_file_build_id(file, &build_id) == query->build_id_bytes &&
        memcmp(build_id, query->build_id, query->build_id_bytes) == 0)
        return file;
    elf_file_close(file);
    return NULL;
}

static struct elf_file *open_by_build_id(const struct debug_file_query *query)
{
    char path[PATH_MAX];
    int used = snprintf(path, sizeof path, "%s/.build-id/%02x/", query->root, query->build_id[0]);
    if (used < 0 || (size_t)used + 2 * query->build_id_bytes + sizeof ".debug" > sizeof path)
        return NULL;
    char *end = path + used;
    for (size_t i = 1; i < query->build_id_bytes; i++)
        end += sprintf(end, "%02x", query->build_id[i]);
    strcpy(end, ".debug");
    return open_matching(path, query);
}

/* PREFIX, the program's directory, INFIX, then the link's name. */
static struct elf_file *open_linked(const struct debug_file_query *query, const char *prefix, const char *infix)
{
    char path[PATH_MAX];
    const char *slash = strrchr(query->path, '/');
    int directory = slash ? (int)(slash + 1 - query->path) : 0;
    int used = snprintf(path, sizeof path, "%s%.*s%s%s", prefix, directory, query->path, infix, query->link);
    if (used < 0 || (size_t)used >= sizeof path)
        return NULL;
    return open_matching(path, query);
}

struct elf_file *debug_file_find(const struct debug_file_query *query)
{
    if (query->build_id_bytes == 0)
        return NULL;
    struct elf_file *file = open_by_build_id(query);
    if (file || !query->link)
        return file;
    if (!(file = open_linked(query, "", "")) && !(file = open_linked(query, "", ".debug/")))
        file = open_linked(query, query->root, "");
    return file;
}
