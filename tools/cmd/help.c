#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

const struct verb verbs[] = {
    {"record", "run a program and record every call that it makes", cmd_record},
    {"report", "where the time went, function by function", cmd_report},
    {"tree", "where the time went, path by path from main down", cmd_tree},
    {"callers", "who calls a function, and whom it calls", cmd_callers},
    {"hist", "how long a function's calls took; the slowest, and why", cmd_hist},
    {"critical", "what decided the elapsed time, across threads that wait", cmd_critical},
    {"replay", "the calls one after the other, as they happened", cmd_replay},
    {"growth", "how the time of functions grows with their arguments", cmd_growth},
    {"diff", "what differs between recordings: times, calls, their order", cmd_diff},
    {"query", "ask a tape in SQL", cmd_query},
    {"import", "a tape from what uftrace or Chrome recorded", cmd_import},
    {"export", "the calls in the formats of other tools", cmd_export},
    {"view", "a timeline and a flame graph, in a web browser", cmd_view},
    {"tui", "report, tree, callers, replay and hist in the terminal", cmd_tui},
    {"info", "what a tape holds: program, threads, modules, size", cmd_info},
    {"check", "verify a tape; save what can be saved of a broken one", cmd_check},
    {"cc", "compile with the right flags: CC='calltape cc gcc'", cmd_cc},
    {"cflags", "print these flags", cmd_cflags},
    {"advise", "what not to trace, what that saves, and the flags for it", cmd_advise},
    {"symbols", "find functions' names and lines again, in other files", cmd_symbols},
    {"help", "this list, or the help of one verb", cmd_help},
};
const size_t verb_count = sizeof verbs / sizeof *verbs;

static int print_verbs(void)
{
    struct error error;
    struct output *output = output_open(OUTPUT_COLOUR_NEVER, false, &error);
    if (output == NULL)
        return cmd_fail("help", &error);
    output_text(output, "calltape records every call that a program makes and plays it back.\n\n"
                        "Usage: calltape VERB [OPTION]... [TAPE]\n\n"
                        "Verbs:\n");
    for (size_t i = 0; i < verb_count; i++)
        output_format(output, "  %-8s  %s\n", verbs[i].name, verbs[i].summary);
    output_text(output, "\nWhere no tape is named, the newest *.tape of the current directory is read.\n\n"
                        "First steps:\n"
                        "  calltape cc gcc -O2 -o prog prog.c\n"
                        "  calltape record -- ./prog\n"
                        "  calltape report\n\n"
                        "'calltape VERB --help' tells all about a verb, 'calltape --version' what this is.\n");
    return output_close(output, &error) == 0 ? 0 : cmd_fail("help", &error);
}

int cmd_help(int argc, char **argv)
{
    static const struct usage usage = {
        .verb = "help",
        .operands = "[VERB]",
        .about = "Lists the verbs, or tells all about one.\n",
        .examples = "  calltape help report\n",
    };
    int status;
    if (argc > 1 && !cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (argc < 2)
        return print_verbs();
    const struct verb *verb = cmd_find_verb(argv[1]);
    char help[] = "--help";
    char *arguments[] = {argv[1], help, NULL};
    return verb != NULL ? verb->run(2, arguments) : cmd_unknown_verb(argv[1]);
}
