#include "symbol/debug_file.h"

#include <linux/limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbol/debuginfod.h"

static bool is_asked_for(const struct elf_file *file, const struct debug_file_query *query)
{
    const uint8_t *build_id;
    return query->build_id_bytes == 0 || (elf_file_build_id(file, &build_id) == query->build_id_bytes &&
                                          memcmp(build_id, query->build_id, query->build_id_bytes) == 0);
}

static bool knows_functions(const struct elf_file *file)
{
    return elf_file_has_symtab(file) || elf_file_has_debug_info(file);
}

/* `*other`, where it is NULL yet, becomes the path of a file that is another's. */
static struct elf_file *open_matching(const char *path, const struct debug_file_query *query, char **other)
{
    struct error ignored;
    struct elf_file *file = elf_file_open(path, &ignored);
    if (!file)
        return NULL;
    bool matches = is_asked_for(file, query);
    if (matches && (query->lines ? elf_file_has_debug_info(file) : knows_functions(file)))
        return file;
    elf_file_close(file);
    if (!matches && !*other)
        *other = strdup(path);
    return NULL;
}

static struct elf_file *try_path(const struct debug_file_query *query, char **other, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static struct elf_file *try_path(const struct debug_file_query *query, char **other, const char *format, ...)
{
    char path[PATH_MAX];
    va_list parts;
    va_start(parts, format);
    int used = vsnprintf(path, sizeof path, format, parts);
    va_end(parts);
    return used < 0 || (size_t)used >= sizeof path ? NULL : open_matching(path, query, other);
}

static struct elf_file *open_by_build_id(const struct debug_file_query *query, char **other)
{
    char rest[2 * 256 + 1];
    if (query->build_id_bytes == 0 || query->build_id_bytes > 256)
        return NULL;
    for (size_t i = 1; i < query->build_id_bytes; i++)
        sprintf(rest + 2 * (i - 1), "%02x", query->build_id[i]);
    rest[2 * (query->build_id_bytes - 1)] = '\0';
    return try_path(query, other, "%s/.build-id/%02x/%s.debug", query->root, query->build_id[0], rest);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* LINK in the program's directory, in INFIX there. */
static struct elf_file *open_linked(const struct debug_file_query *query, char **other, const char *prefix,
                                    const char *infix)
{
    int directory = (int)(base_name(query->path) - query->path);
    return try_path(query, other, "%s%.*s%s%s", prefix, directory, query->path, infix, query->link);
}

struct elf_file *debug_file_find(const struct debug_file_query *query)
{
    char *other = NULL;
    if (query->build_id_bytes == 0)
        return NULL;
    struct elf_file *file = open_by_build_id(query, &other);
    if (!file && query->link && !(file = open_linked(query, &other, "", "")) &&
        !(file = open_linked(query, &other, "", ".debug/")))
        file = open_linked(query, &other, query->root, "");
    free(other);
    return file;
}

struct elf_file *debug_file_fetch(const uint8_t *build_id, size_t build_id_bytes)
{
    struct debug_file_query query = {.build_id = build_id, .build_id_bytes = build_id_bytes};
    char *path = build_id_bytes > 0 ? debuginfod_fetch(build_id, build_id_bytes) : NULL;
    char *other = NULL;
    struct elf_file *file = path ? open_matching(path, &query, &other) : NULL;
    free(other);
    free(path);
    return file;
}

static struct elf_file *find_in(const struct debug_file_query *query, char **other)
{
    const char *name = base_name(query->path);
    struct elf_file *file = open_by_build_id(query, other);
    if (!file)
        file = try_path(query, other, "%s/%s", query->root, query->path);
    if (!file)
        file = try_path(query, other, "%s/%s", query->root, name);
    if (!file)
        file = try_path(query, other, "%s/%s.debug", query->root, name);
    if (!file && query->link)
        file = try_path(query, other, "%s/%s", query->root, query->link);
    return file;
}

struct elf_file *debug_file_in(const struct debug_file_query *query, char **other)
{
    struct debug_file_query lines = *query;
    lines.lines = true;
    *other = NULL;
    struct elf_file *file = find_in(&lines, other);
    return file ? file : find_in(query, other);
}
