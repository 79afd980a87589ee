#include "import/import.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cmd/cmd.h"

static const char about[] =
    "Makes a tape of what another tool recorded, for report, tree, replay and the rest:\n"
    "\n"
    "  uftrace  the directory of `uftrace record -d DIRECTORY` (format 4, 64 bits). Kernel\n"
    "           and scheduler events are left out; arguments and results are not read.\n"
    "           Calls that are open when their task ends end with it.\n"
    "  chrome   Chrome's trace events as JSON, in any order: B, E and X are calls, i and I\n"
    "           messages, C counters; names of processes and threads. The array may lack its\n"
    "           end. An E ends the innermost open B of its name; calls that then overlap\n"
    "           without one lying in the other are in threads beside each other, with the\n"
    "           times that the file says. Of flows, objects and asynchronous events it is said\n"
    "           how many were skipped, likewise of events whose times are no numbers from 0\n"
    "           on. Ids that are no numbers of 32 bits become names. What \"args\" has are\n"
    "           arguments, but \"return\" is the result and \"at\":\"FILE:LINE\" the function's\n"
    "           place.\n"
    "\n"
    "A directory is taken for uftrace's, a file for Chrome's JSON, unless --from says\n"
    "otherwise. Memory does not grow with the number of events; sorting takes up to\n"
    "100 bytes an event in /tmp, and values their own size.\n";

static const char examples[] =
    "  uftrace record -d d ./prog && calltape import d -o prog.tape && calltape report prog.tape\n"
    "  calltape import trace.json -o trace.tape\n";

enum from { FROM_PATH, FROM_UFTRACE, FROM_CHROME };

static void say(const char *verb, const struct import_notes *notes, const char *output)
{
    const struct {
        uint64_t count;
        const char *what;
    } all[] = {
        {notes->lost, "events lost while uftrace recorded: calls are missing"},
        {notes->unpaired, "exits without an entry"},
        {notes->beside, "calls that overlap another without lying in it, in threads \"NAME, beside N\""},
        {notes->crossing,
         "calls ended with one around them: without an end, 2 ns beyond it at most, or no room beside it"},
        {notes->inherited, "calls that began before what was recorded, and do not count"},
        {notes->untold, "values left out: null, or neither text nor number"},
        {notes->skipped, "events skipped that are no calls, marks or counters"},
        {notes->renamed, "ids of processes and threads that are no numbers of 32 bits: these are their names"},
    };
    char count[TEXT_NUMBER];
    cmd_say(verb, "%s call%s in %s", text_count(count, notes->calls), notes->calls == 1 ? "" : "s", output);
    if (notes->unended)
        cmd_say(verb, "note: the array has no end: its writer may have been stopped");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].count != 0)
            cmd_say(verb, "note: %s: %s", all[i].what, text_count(count, all[i].count));
    if (notes->untimely != 0)
        cmd_say(verb,
                "warning: events left out whose \"ts\" or \"dur\" is no number from 0 on: %s, the first at offset %llu",
                text_count(count, notes->untimely), (unsigned long long)notes->untimely_offset);
}

static bool is_same(const char *path, const struct stat *status)
{
    struct stat other;
    return stat(path, &other) == 0 && other.st_dev == status->st_dev && other.st_ino == status->st_ino;
}

/* Is it the name of one of uftrace's files? */
static bool is_known(const char *name)
{
    static const char *const ends[] = {"info", "task.txt", ".dat", ".map", ".sym"};
    size_t length = strlen(name);
    bool known = false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);
        known = known || (length >= end && strcmp(name + length - end, ends[i]) == 0);
    }
    return known;
}

/* Under another name, by a link. */
static bool is_linked(const char *output, const char *directory)
{
    struct stat part, status;
    const struct dirent *entry;
    bool found = false;
    DIR *files = stat(output, &status) == 0 ? opendir(directory) : NULL;
    while (files != NULL && !found && (entry = readdir(files)) != NULL)
        found =
            is_known(entry->d_name) && fstatat(dirfd(files), entry->d_name, &part, 0) == 0 && is_same(output, &part);
    if (files != NULL)
        closedir(files);
    return found;
}

/* Would the tape take the place of a file in uftrace's directory? 1: yes; -1: no memory. */
static int is_part(const char *output, const char *path, const struct stat *directory)
{
    char *copy = strdup(output);
    if (copy == NULL)
        return -1;
    bool within = is_known(output) && is_same(dirname(copy), directory);
    free(copy);
    return within || is_linked(output, path);
}

static int check_output(const char *output, const char *path, const struct stat *input, struct error *error)
{
    char safe[600];
    text_escape(safe, sizeof safe, output, true);
    int part = is_same(output, input) ? 1 : S_ISDIR(input->st_mode) ? is_part(output, path, input) : 0;
    if (part < 0)
        return error_set(error, "out of memory");
    return part != 0 ? error_set(error, "'%s' is what is to be read; give the tape another name", safe) : 0;
}

static int import_it(enum from from, const char *path, const char *output, struct import_notes *notes,
                     struct error *error)
{
    struct stat status;
    char safe[600];
    text_escape(safe, sizeof safe, path, true);
    if (stat(path, &status) != 0)
        return error_set(error, "cannot read '%s': %s", safe, strerror(errno));
    if (check_output(output, path, &status, error) != 0)
        return -1;
    if (from == FROM_UFTRACE || (from == FROM_PATH && S_ISDIR(status.st_mode)))
        return import_uftrace(path, output, notes, error);
    if (S_ISDIR(status.st_mode))
        return error_set(error, "'%s' is a directory; Chrome's JSON is a file", safe);
    return import_chrome(path, output, notes, error);
}

int cmd_import(int argc, char **argv)
{
    static const char *const froms[] = {"auto", "uftrace", "chrome", NULL};
    int from = FROM_PATH, status;
    const char *output = NULL;
    struct error error;
    struct import_notes notes;
    const struct option table[] = {
        {"from", 'f', OPTION_CHOICE, &from, "", froms, "which tool's (default auto: by what PATH is)"},
        {"output", 'o', OPTION_STRING, &output, "FILE", NULL, "the tape to write"},
    };
    const struct usage usage = {
        .verb = "import",
        .operands = "[--from FORMAT] PATH -o FILE",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (argc != 2 || output == NULL) {
        error_set(&error, argc < 2   ? "what is to be read?"
                          : argc > 2 ? "one recording at a time"
                                     : "say which tape to write: -o FILE");
        return cmd_wrong_usage(usage.verb, &error);
    }
    if (import_it((enum from)from, argv[1], output, &notes, &error) != 0)
        return cmd_fail(usage.verb, &error);
    say(usage.verb, &notes, output);
    return 0;
}
