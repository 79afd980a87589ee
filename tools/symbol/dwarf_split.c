#include "symbol/dwarf_split.h"

#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* A .dwo or .dwp. */
struct split_file {
    struct split_file *next;
    char *path; /* that the skeletons say */
    struct dwarf_reading reading;
};

/* ---- files ------------------------------------------------------------------------------------------------------ */

typedef int open_dwarf(const struct elf_file *file, Dwarf_Debug *dbg, Dwarf_Error *error);

/* Tied, 20210528 looks for texts where the skeleton's are; not tied, it knows no addresses. */
static bool open_both(struct dwarf_split *split, const struct elf_file *file, struct dwarf_reading *reading)
{
    open_dwarf *open = elf_file_is_package(file) ? dwarf_access_open_package : dwarf_access_open_split;
    return dwarf_is_ok(reading, open(file, &reading->dbg, &reading->error)) &&
           dwarf_is_ok(reading, open(file, &reading->texts, &reading->error)) &&
           dwarf_is_ok(reading, dwarf_set_tied_dbg(reading->dbg, split->skeletons.dbg, &reading->error));
}

static struct split_file *open_path(struct dwarf_split *split, const char *path)
{
    struct error ignored;
    struct split_file *opened = split->skeletons.dbg ? calloc(1, sizeof *opened) : NULL;
    struct elf_file *file = opened ? elf_file_open_split(path, &ignored) : NULL;
    if (file && (opened->path = strdup(path)) && open_both(split, file, &opened->reading))
        return opened;
    free(opened);
    elf_file_close(file);
    return NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* NAME with its suffix in a directory of so many characters. */
static struct split_file *open_in(struct dwarf_split *split, const char *directory, int length, const char *name,
                                  const char *suffix)
{
    char path[PATH_MAX];
    int used = snprintf(path, sizeof path, "%.*s%s%s", length, directory, name, suffix);
    return used < 0 || (size_t)used >= sizeof path ? NULL : open_path(split, path);
}

static struct split_file *open_in_users(struct dwarf_split *split, const char *name, const char *suffix)
{
    char directory[PATH_MAX];
    if (!split->places->directory)
        return NULL;
    int length = snprintf(directory, sizeof directory, "%s/", split->places->directory);
    return length < 0 || (size_t)length >= sizeof directory ? NULL : open_in(split, directory, length, name, suffix);
}

static struct split_file *open_package(struct dwarf_split *split)
{
    const char *program = split->places->program;
    struct split_file *package = open_in_users(split, base_name(program), ".dwp");
    return package ? package : open_in(split, "", 0, program, ".dwp");
}

/* There may be thousands of them. */
static void allow_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static void begin(struct dwarf_split *split)
{
    struct dwarf_reading *skeletons = &split->skeletons;
    split->begun = true;
    allow_files();
    if (dwarf_is_ok(skeletons, dwarf_access_open_split(split->file, &skeletons->dbg, &skeletons->error)))
        split->package = open_package(split);
}

static struct split_file *open_loose(struct dwarf_split *split, const char *path)
{
    const char *program = split->places->program;
    for (struct split_file *opened = split->loose; opened; opened = opened->next)
        if (strcmp(opened->path, path) == 0)
            return opened;
    struct split_file *opened = open_in_users(split, base_name(path), "");
    if (!opened)
        opened = open_path(split, path);
    if (!opened)
        opened = open_in(split, program, (int)(base_name(program) - program), base_name(path), "");
    if (!opened)
        return NULL;
    /* Looked for by what the skeleton says. */
    free(opened->path);
    opened->path = strdup(path);
    opened->next = split->loose;
    return opened->path ? split->loose = opened : NULL;
}

/* ---- units ------------------------------------------------------------------------------------------------------ */

/* Goes on from the unit that was found last, once around. */
static bool find_unit(struct split_file *opened, const Dwarf_Sig8 *signature, struct dwarf_unit *unit)
{
    for (int ends = 0; ends < 2;) {
        if (!dwarf_next_unit(&opened->reading, unit)) {
            ends++;
            continue;
        }
        if (unit->type == DW_UT_split_compile && memcmp(&unit->signature, signature, sizeof *signature) == 0)
            return true;
        dwarf_dealloc_die(unit->die);
    }
    return false;
}

/* "" where the unit names no other file. */
static void path_of(struct dwarf_reading *reading, const struct dwarf_unit *skeleton, char path[PATH_MAX])
{
    const char *name = dwarf_text(reading, skeleton->die, DW_AT_dwo_name);
    path[0] = '\0';
    if (!name)
        name = dwarf_text(reading, skeleton->die, DW_AT_GNU_dwo_name);
    const char *directory = name && name[0] != '/' ? dwarf_text(reading, skeleton->die, DW_AT_comp_dir) : NULL;
    if (name && snprintf(path, PATH_MAX, "%s%s%s", directory ? directory : "", directory ? "/" : "", name) >= PATH_MAX)
        path[0] = '\0';
}

/* 20210528 looks a skeleton up for each unit of a split file that is read; where it does not know it yet, it reads one
 * more of the program's units, and no more. So a file is read as often as it takes. */
static void make_known(struct dwarf_split *split, struct split_file *loose, size_t skeleton)
{
    struct dwarf_unit unit;
    for (; split->known < skeleton; split->known++)
        while (dwarf_next_unit(&loose->reading, &unit))
            dwarf_dealloc_die(unit.die);
}

static struct split_file *file_of(struct dwarf_split *split, const char *path, const struct dwarf_unit *skeleton,
                                  struct dwarf_unit *unit)
{
    if (!split->begun)
        begin(split);
    if (split->package && find_unit(split->package, &skeleton->signature, unit))
        return split->package;
    struct split_file *loose = open_loose(split, path);
    if (!loose)
        return NULL;
    make_known(split, loose, skeleton->index);
    return find_unit(loose, &skeleton->signature, unit) ? loose : NULL;
}

enum split_end dwarf_split_find(struct dwarf_split *split, const struct dwarf_unit *skeleton,
                                struct dwarf_reading *reading, struct dwarf_unit *unit, const char **path)
{
    static char told[PATH_MAX];
    path_of(reading, skeleton, told);
    *path = told;
    if (!told[0])
        return SPLIT_NOT;
    struct split_file *file = file_of(split, told, skeleton, unit);
    if (!file)
        return SPLIT_MISSING;
    unit->low = skeleton->low;
    *reading = file->reading;
    return SPLIT_FOUND;
}
