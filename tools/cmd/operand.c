/* The tape that a verb reads. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/names.h"

/* A recording found in the directory. */
struct found {
    char name[256]; /* as tape_open wants it: without .part; "": none */
    struct stat status;
};

static bool ends_in(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length > tail && strcmp(name + length - tail, ending) == 0;
}

static bool is_newer(const struct stat *a, const struct stat *b)
{
    if (a->st_mtim.tv_sec != b->st_mtim.tv_sec)
        return a->st_mtim.tv_sec > b->st_mtim.tv_sec;
    return a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

/* Keeps the newer one; of files of one time the first by name. */
static void keep_newest(struct found *newest, const struct found *other)
{
    bool better = newest->name[0] == '\0' || is_newer(&other->status, &newest->status) ||
                  (!is_newer(&newest->status, &other->status) && strcmp(other->name, newest->name) < 0);
    if (better)
        *newest = *other;
}

/* NAME.tape, or the NAME.tape of which there is only NAME.tape.part, for it has not ended. Where both are there an
 * earlier recording has the name: then the one that has not ended is `hidden`. */
static void look_at(const char *entry, struct found *newest, struct found *hidden)
{
    struct found found;
    bool ended = ends_in(entry, ".tape");
    if (entry[0] == '.' || (!ended && !ends_in(entry, ".tape.part")) || strlen(entry) >= sizeof found.name)
        return;
    if (stat(entry, &found.status) != 0 || !S_ISREG(found.status.st_mode))
        return;
    strcpy(found.name, entry);
    if (!ended)
        found.name[strlen(entry) - strlen(".part")] = '\0';
    keep_newest(ended || access(found.name, F_OK) != 0 ? newest : hidden, &found);
}

/* The newest recording here. False: there is none. */
static bool newest_tape(struct found *newest, struct found *hidden)
{
    DIR *directory = opendir(".");
    newest->name[0] = hidden->name[0] = '\0';
    if (directory == NULL)
        return false;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        look_at(entry->d_name, newest, hidden);
    closedir(directory);
    return newest->name[0] != '\0';
}

static void say_newest(const char *verb, const struct found *newest, const struct found *hidden)
{
    char safe[600];
    text_escape(safe, sizeof safe, newest->name, true);
    fprintf(stderr, "calltape %s: reading %s\n", verb, safe);
    /* Of one that has the name of what is read the tape itself tells. */
    if (hidden->name[0] == '\0' || strcmp(hidden->name, newest->name) == 0 ||
        !is_newer(&hidden->status, &newest->status))
        return;
    text_escape(safe, sizeof safe, hidden->name, true);
    fprintf(stderr,
            "calltape %s: note: %s.part is newer but has not ended; `calltape check --repair '%s.part'` saves it\n",
            verb, safe, safe);
}

/* A recording that never ended holds no names: they are looked up while the program's files are still there. */
static void find_names(const char *verb, struct tape *tape)
{
    struct names names = {0};
    if (names_apply(tape, &names) != 0)
        cmd_fail(verb, &names.error);
    names_warn(verb, &names);
    names_free(&names);
}

struct tape *cmd_open_tape(const char *verb, int argc, char **argv, int *status)
{
    struct error error;
    struct found newest, hidden;
    char safe[600];
    if (argc > 2) {
        text_escape(safe, sizeof safe, argv[2], true);
        error_set(&error, "one tape at a time: '%s' is one too many", safe);
        *status = cmd_wrong_usage(verb, &error);
        return NULL;
    }
    const char *path = argc == 2 ? argv[1] : newest.name;
    if (argc < 2 && !newest_tape(&newest, &hidden)) {
        error_set(&error, "no tape named, and no *.tape in this directory; make one: calltape record -- PROGRAM");
        *status = cmd_fail(verb, &error);
        return NULL;
    }
    if (argc < 2)
        say_newest(verb, &newest, &hidden);
    struct tape *tape = tape_open(path, &error);
    if (tape == NULL)
        *status = cmd_fail(verb, &error);
    else if (!tape_session(tape)->finished)
        find_names(verb, tape);
    return tape;
}
