#include "emit/tree.h"

#include "cmd/cmd.h"
#include "cmd/display.h"

static const char about[] = "All calls merged by path: each line is a function as called on the path above it,\n"
                            "with the share of the whole time, the time with all that it called, its own time\n"
                            "and how often that happened. Threads of one process are merged; where several\n"
                            "processes were recorded each has a tree of its own. Children stand by time, the\n"
                            "longest first. The hot path, which keeps at least half of the time at each step,\n"
                            "is marked. Functions of which each only calls the next, as often and with hardly\n"
                            "any time of its own, share a line: main > run > execute.\n"
                            "\n"
                            "Times are elapsed time: sleeping, waiting for a lock or for another thread counts as\n"
                            "self time of the function that waits. Only waits for the recorder are left out.\n"
                            "\n" CMD_TIMES_HELP;

static const char examples[] = "  calltape tree                       the newest tape here\n"
                               "  calltape tree --depth 4 x.tape      the outermost four levels only\n"
                               "  calltape tree --min-percent 0       every path, however short\n"
                               "  calltape tree --format json | jq '.processes[0].children'\n";

struct choices {
    int format, recursion;
    double percent; /* negative: not given */
    bool raw, bounds;
};

static int show_paths(struct show *show, const struct choices *choices, struct paths *paths, struct error *error)
{
    struct overview overview;
    if (overview_make(&overview, show->tape, error) != 0)
        return -1;
    double percent = choices->percent >= 0 ? choices->percent : choices->format == FORMAT_TEXT ? 0.5 : 0;
    paths_select(paths, percent / 100);
    if (choices->format == FORMAT_TEXT) {
        tree_text(show->output, paths, &overview, choices->bounds, show->names);
    } else {
        tree_json(show->output, paths, &overview, show->labels);
        show_remarks(show, &paths->sums);
    }
    overview_free(&overview);
    return 0;
}

int cmd_tree(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", NULL};
    static const char *const recursions[] = {"fold", "levels", NULL};
    struct choices choices = {.recursion = -1, .percent = -1};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    int status;
    const struct option table[] = {
        {"min-percent", 'm', OPTION_REAL, &choices.percent, "P", NULL,
         "leave out paths of less than P percent of the\nwhole time (default 0.5; 0 with --format json)"},
        {"recursion", 'r', OPTION_CHOICE, &choices.recursion, "", recursions,
         "a function that calls itself: one line, or one for\neach level (default fold; levels with --format json)"},
        CMD_RAW_OPTION(&choices.raw),
        CMD_BOUNDS_OPTION(&choices.bounds),
        {"format", 'f', OPTION_CHOICE, &choices.format, "", formats,
         "a drawn tree, or nested objects with times in\nnanoseconds"},
    };
    const struct usage usage = {
        .verb = "tree",
        .operands = "[OPTION]... [TAPE]",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .display = &display,
        .spelling = &spelling,
        .filter = &filter,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    filter.raw = choices.raw;
    struct show show;
    if (!show_open(&show, &usage, argc, argv, &status))
        return status;
    struct error error;
    struct paths paths;
    bool fold = choices.recursion < 0 ? choices.format == FORMAT_TEXT : choices.recursion == 0;
    status = paths_make(&paths, show.tape, show.chosen.all, fold, choices.raw, &show.watch, &error);
    progress_end(&show.progress);
    if (status == 0)
        status = show_paths(&show, &choices, &paths, &error);
    if (status != 0)
        status = cmd_fail(usage.verb, &error);
    paths_free(&paths);
    return show_close(&show, status);
}
