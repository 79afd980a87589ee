#include "compiler/answer.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const words[] = {[COMPILER_GCC] = "gcc", [COMPILER_CLANG] = "clang"};

/* Scripts may start another compiler tomorrow; only programs are remembered. */
static bool is_program(const char *path)
{
    char magic[4];
    FILE *file = fopen(path, "re");
    bool elf = file != NULL && fread(magic, sizeof magic, 1, file) == 1 && memcmp(magic, "\177ELF", 4) == 0;
    if (file != NULL)
        fclose(file);
    return elf;
}

/* The time of the last change of anything about the file can't be set by hand. */
static bool name_link(const char *path, char link[PATH_MAX])
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    bool own = cache != NULL && cache[0] == '/';
    struct stat status;
    if ((!own && (home == NULL || home[0] != '/')) || stat(path, &status) != 0)
        return false;
    return snprintf(link, PATH_MAX, "%s%s/calltape/compiler-%jx-%jx-%jx-%jx.%lx", own ? cache : home,
                    own ? "" : "/.cache", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino, (uintmax_t)status.st_size,
                    (uintmax_t)status.st_ctim.tv_sec, (unsigned long)status.st_ctim.tv_nsec) < PATH_MAX;
}

enum compiler_kind answer_recall(const char *path)
{
    char link[PATH_MAX], word[16] = "";
    if (!name_link(path, link) || readlink(link, word, sizeof word - 1) < 0)
        return COMPILER_UNKNOWN;
    for (enum compiler_kind kind = COMPILER_GCC; kind <= COMPILER_CLANG; kind++)
        if (strcmp(word, words[kind]) == 0)
            return kind;
    return COMPILER_UNKNOWN;
}

/* Makes the folder of the link, and that one's own. */
static void make_folders(const char *link)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", link);
    *strrchr(folder, '/') = '\0';
    char *last = strrchr(folder, '/');
    *last = '\0';
    mkdir(folder, 0700);
    *last = '/';
    mkdir(folder, 0700);
}

void answer_keep(const char *path, enum compiler_kind kind)
{
    char link[PATH_MAX];
    if (!is_program(path) || !name_link(path, link))
        return;
    make_folders(link);
    if (symlink(words[kind], link) != 0 && unlink(link) == 0)
        (void)!symlink(words[kind], link);
}
