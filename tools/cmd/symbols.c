/* calltape symbols: finds the names and lines of a tape's functions again, in other files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/names.h"
#include "tape/check.h"
#include "tape/recover.h"

static const char about[] = "Looks up the names, files and lines of the tape's functions again and writes\n"
                            "what is new into the tape: where debug symbols were installed since, or the tape\n"
                            "came from a machine whose files are elsewhere here.\n"
                            "\n"
                            "A file is taken only when its build-id is the recorded one. It is looked for in\n"
                            "DIR, by build-id (DIR/.build-id/ab/cdef.debug), path (DIR/usr/lib/libx.so) and\n"
                            "name (DIR/libx.so, DIR/libx.so.debug), then where it was when it was recorded,\n"
                            "in /usr/lib/debug, and at the servers named by DEBUGINFOD_URLS.\n"
                            "The exit status is 1 where functions stayed without a name.\n";

static const char examples[] = "  calltape symbols x.tape\n"
                               "  calltape symbols --debug-dir ~/build/with-debug-info x.tape\n"
                               "  DEBUGINFOD_URLS=https://debuginfod.debian.net calltape symbols x.tape\n";

static int os_error(const char *path, struct error *error)
{
    char safe[600];
    int reason = errno;
    text_escape(safe, sizeof safe, path, true);
    return error_set(error, "%s: %s", safe, strerror(reason));
}

/* What is written is a copy with more names: that must not hide damage, nor end a recording that goes on. */
static int check_sound(const char *path, struct error *error)
{
    struct check_result result;
    char safe[600];
    struct tape *tape = tape_open(path, error);
    if (!tape)
        return -1;
    text_escape(safe, sizeof safe, path, true);
    int status = check_tape(tape, &result, error);
    bool finished = tape_session(tape)->finished;
    if (status == 0 && finished && result.found > 0)
        status = error_set(error,
                           "%s is damaged, first at byte %llu: %s; `calltape check --repair %s` makes a sound one of "
                           "it, with names",
                           safe, (unsigned long long)result.findings[0].offset, result.findings[0].what, safe);
    else if (status == 0 && !finished)
        status = error_set(error,
                           "%s is a recording that never ended; `calltape check --repair %s` makes a whole one "
                           "of it, with names",
                           safe, safe);
    tape_close(tape);
    return status;
}

/* Into `fresh` first, and in the tape's place when whole. */
static int write_over(const char *path, const char *fresh, struct names *names, struct error *error)
{
    struct recover_result result;
    struct stat old;
    if (stat(path, &old) != 0)
        return os_error(path, error);
    int status = recover(path, fresh, names_write, names, &result, error);
    if (status == 0 && names->news == 0)
        unlink(fresh);
    else if (status == 0 && (chmod(fresh, old.st_mode & 07777) != 0 || rename(fresh, path) != 0)) {
        status = os_error(path, error);
        unlink(fresh);
    }
    return status;
}

static int rewrite(const char *path, struct names *names, struct error *error)
{
    char *target = realpath(path, NULL), *fresh = NULL;
    int status = target ? 0 : os_error(path, error);
    if (status == 0 && asprintf(&fresh, "%s.%ld.new", target, (long)getpid()) < 0) {
        fresh = NULL;
        status = error_set(error, "out of memory");
    }
    if (status == 0)
        status = write_over(target, fresh, names, error);
    free(fresh);
    free(target);
    return status;
}

static int print_result(const char *verb, const struct names *names, struct error *error)
{
    char named[TEXT_NUMBER], lines[TEXT_NUMBER], news[TEXT_NUMBER];
    names_warn(verb, names);
    struct output *output = output_open(OUTPUT_COLOUR_NEVER, false, error);
    if (output == NULL)
        return -1;
    output_format(output, "%s function%s found, %s with file and line; %s changed\n", text_count(named, names->named),
                  names->named == 1 ? "" : "s", text_count(lines, names->lines), text_count(news, names->news));
    return output_close(output, error);
}

int cmd_symbols(int argc, char **argv)
{
    struct error error;
    struct names names = {.again = true};
    int status;
    const struct option table[] = {
        {"debug-dir", 'd', OPTION_STRING, &names.debug_directory, "DIR", NULL, "where to look first"},
    };
    const struct usage usage = {
        .verb = "symbols",
        .operands = "[--debug-dir DIR] TAPE",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (argc != 2) {
        error_set(&error, argc < 2 ? "which tape?" : "one tape at a time");
        return cmd_wrong_usage(usage.verb, &error);
    }
    struct stat directory;
    if (names.debug_directory && (stat(names.debug_directory, &directory) != 0 || !S_ISDIR(directory.st_mode))) {
        char safe[600];
        text_escape(safe, sizeof safe, names.debug_directory, true);
        error_set(&error, "--debug-dir %s is no directory", safe);
        return cmd_wrong_usage(usage.verb, &error);
    }
    bool found = check_sound(argv[1], &error) == 0 && rewrite(argv[1], &names, &error) == 0 &&
                 print_result(usage.verb, &names, &error) == 0;
    status = !found ? cmd_fail(usage.verb, &error) : names.unnamed > 0;
    names_free(&names);
    return status;
}
