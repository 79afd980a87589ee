#include "compiler/kind.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/answer.h"
#include "compiler/ask.h"

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Programs that start the compiler which is named after them. Asked without one, distcc answers for "cc". */
static bool is_launcher(const char *path)
{
    static const char *const names[] = {"ccache", "sccache", "distcc", "icecc", "buildcache"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(base_of(path), names[i]) == 0)
            return true;
    return false;
}

/* As execvp: a name with a slash is a path, others are looked for in PATH. */
static bool find_file(const char *name, char path[PATH_MAX])
{
    const char *at = getenv("PATH");
    struct stat status;
    if (strchr(name, '/') != NULL)
        return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX && access(path, X_OK) == 0;
    for (at = at != NULL ? at : "/bin:/usr/bin"; at != NULL; at = strchr(at, ':')) {
        at += *at == ':';
        int length = (int)strcspn(at, ":");
        if (snprintf(path, PATH_MAX, "%.*s%s%s", length, at, length > 0 ? "/" : "./", name) < PATH_MAX &&
            stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0)
            return true;
    }
    return false;
}

enum compiler_kind compiler_find(char *const *words, size_t *end)
{
    char path[PATH_MAX], real[PATH_MAX];
    size_t at = 0;
    while (is_launcher(words[at]) && words[at + 1] != NULL)
        at++;
    *end = at + 1;
    if (!find_file(words[at], path))
        return COMPILER_ABSENT;
    /* A launcher under a compiler's name (/usr/lib/ccache/gcc) answers for what it finds in PATH today. */
    bool lasting = realpath(path, real) != NULL && !is_launcher(real);
    enum compiler_kind kind = lasting ? answer_recall(real) : COMPILER_UNKNOWN;
    if (kind == COMPILER_UNKNOWN) {
        kind = ask_compiler(words, *end);
        if (lasting && kind != COMPILER_UNKNOWN)
            answer_keep(real, kind);
    }
    return kind;
}
