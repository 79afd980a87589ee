/* The tape that a verb reads. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/names.h"

static bool is_tape_name(const char *name)
{
    size_t length = strlen(name);
    return length > 5 && name[0] != '.' && strcmp(name + length - 5, ".tape") == 0;
}

static bool is_newer(const struct stat *a, const struct stat *b)
{
    if (a->st_mtim.tv_sec != b->st_mtim.tv_sec)
        return a->st_mtim.tv_sec > b->st_mtim.tv_sec;
    return a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

/* The newest regular file *.tape here; of files of one time the first by name. False: there is none. */
static bool newest_tape(char *newest, size_t size)
{
    DIR *directory = opendir(".");
    if (directory == NULL)
        return false;
    struct stat best = {0}, status;
    newest[0] = '\0';
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (!is_tape_name(entry->d_name) || strlen(entry->d_name) >= size)
            continue;
        if (stat(entry->d_name, &status) != 0 || !S_ISREG(status.st_mode))
            continue;
        bool better = newest[0] == '\0' || is_newer(&status, &best) ||
                      (!is_newer(&best, &status) && strcmp(entry->d_name, newest) < 0);
        if (better) {
            best = status;
            strcpy(newest, entry->d_name);
        }
    }
    closedir(directory);
    return newest[0] != '\0';
}

/* A recording that never ended holds no names: they are looked up while the program's files are still there. */
static void find_names(const char *verb, struct tape *tape)
{
    struct names names = {0};
    if (names_apply(tape, &names) != 0)
        cmd_fail(verb, &names.error);
    for (size_t i = 0; i < names.problem_count; i++)
        fprintf(stderr, "calltape %s: warning: %s\n", verb, names.problems[i]);
    names_free(&names);
}

struct tape *cmd_open_tape(const char *verb, int argc, char **argv, int *status)
{
    struct error error;
    char newest[256], safe[600];
    if (argc > 2) {
        text_escape(safe, sizeof safe, argv[2], true);
        error_set(&error, "one tape at a time: '%s' is one too many", safe);
        *status = cmd_wrong_usage(verb, &error);
        return NULL;
    }
    const char *path = argc == 2 ? argv[1] : newest;
    if (argc < 2 && !newest_tape(newest, sizeof newest)) {
        error_set(&error, "no tape named, and no *.tape in this directory; make one: calltape record -- PROGRAM");
        *status = cmd_fail(verb, &error);
        return NULL;
    }
    if (argc < 2) {
        text_escape(safe, sizeof safe, newest, true);
        fprintf(stderr, "calltape %s: reading %s\n", verb, safe);
    }
    struct tape *tape = tape_open(path, &error);
    if (tape == NULL)
        *status = cmd_fail(verb, &error);
    else if (!tape_session(tape)->finished)
        find_names(verb, tape);
    return tape;
}
