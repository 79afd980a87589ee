#include "emit/tree.h"

#include <stdlib.h>

#include "analyze/call_tree.h"
#include "analyze/reshape.h"
#include "cmd/cmd.h"
#include "cmd/display.h"
#include "cmd/filter_names.h"
#include "emit/call_tree.h"

static const char about[] = "All calls merged by path: each line is a function as called on the path above it,\n"
                            "with the share of the whole time, the time with all that it called, its own time\n"
                            "and how often that happened. Threads of one process are merged; where several\n"
                            "processes were recorded each has a tree of its own. Children stand by time, the\n"
                            "longest first. The hot path, which keeps at least half of the time at each step,\n"
                            "is marked. Functions of which each only calls the next, as often and with hardly\n"
                            "any time of its own, share a line: main > run > execute.\n"
                            "\n"
                            "--focus keeps the paths that lead to a function and what it calls; what leads there\n"
                            "has the time of what it leads to, and all of its calls. --invert shows the tree\n"
                            "bottom-up: functions by their self time, below each its callers with the part of\n"
                            "that time, and the calls, that come from them, below these theirs. With both, the\n"
                            "callers of the focus share its total. With either, --depth is how many levels of that\n"
                            "tree are shown: 1 is the functions alone, 2 has what they call (with --invert: their\n"
                            "callers). It leaves out no call, and no time changes. --fold-recursion puts calls of a\n"
                            "function that is on their path already, also through others, on the line that it\n"
                            "has there.\n"
                            "\n"
                            "--calls merges nothing: each line is a call, with its recorded arguments, result and\n"
                            "notes, in the order in which calls began, thread by thread; what repeats at once is\n"
                            "one line with a count and the time of all together, as in replay.\n"
                            "\n" CMD_TIMES_HELP;

static const char examples[] = "  calltape tree                       the newest tape here\n"
                               "  calltape tree --depth 4 x.tape      the outermost four levels only\n"
                               "  calltape tree --min-percent 0       every path, however short\n"
                               "  calltape tree --focus malloc --depth 1   only what leads to malloc\n"
                               "  calltape tree --calls --min-time 1ms   single calls, with their arguments\n"
                               "  calltape tree --invert              who spends the time, and on whose behalf\n"
                               "  calltape tree --format json | jq '.processes[0].children'\n";

enum { CALLS_SHOWN = 1000, MOST_CALLS = 1000000 };

struct choices {
    int format, recursion;
    bool calls;
    uint64_t limit; /* of --calls; UINT64_MAX: not given */
    double percent; /* negative: not given */
    bool bounds;
    bool invert, fold_recursion;
    uint32_t levels; /* of what is turned round or below a focus */
    struct option_list focus;
};

/* Which functions the words of --focus mean, by id, to be freed; NULL: *status is the exit status, the error is set. */
static uint8_t *find_focus(const struct show *show, const struct option_list *words, int *status, struct error *error)
{
    struct filter_names names;
    *status = filter_names_make(&names, show->tape, show->labels, error);
    if (*status != 0)
        return NULL;
    uint8_t *focus = malloc(names.count);
    *status = 1;
    if (focus == NULL)
        error_set(error, "out of memory for the names of functions");
    else
        *status = filter_names_match(&names, "focus", words, FILTER_FUNCTIONS, focus, error);
    filter_names_free(&names);
    if (*status == 0)
        return focus;
    free(focus);
    return NULL;
}

static int reshape(struct paths *paths, const struct show *show, const struct choices *choices, const uint8_t *focus,
                   struct error *error)
{
    struct scale scale = scale_of(show->tape);
    if (choices->fold_recursion && reshape_fold(paths, scale, error) != 0)
        return -1;
    if (choices->invert)
        return reshape_invert(paths, focus, scale, error);
    return focus != NULL ? reshape_focus(paths, focus, scale, error) : 0;
}

static int show_paths(struct show *show, const struct choices *choices, struct paths *paths, struct error *error)
{
    struct overview overview;
    if (overview_make(&overview, show->tape, error) != 0)
        return -1;
    double percent = choices->percent >= 0 ? choices->percent : choices->format == FORMAT_TEXT ? 0.5 : 0;
    paths_select(paths, percent / 100, choices->levels);
    if (choices->format == FORMAT_TEXT) {
        tree_text(show->output, paths, &overview, choices->bounds, show->names);
    } else {
        tree_json(show->output, paths, &overview, show->labels);
        show_remarks(show, &paths->sums);
    }
    overview_free(&overview);
    return 0;
}

static int make(struct show *show, const struct choices *choices, const uint8_t *focus, struct error *error)
{
    struct paths paths;
    bool fold = choices->recursion < 0 ? choices->format == FORMAT_TEXT : choices->recursion == 0;
    int status = paths_make(&paths, show->tape, show->chosen.all, fold || choices->fold_recursion,
                            show->chosen.choice.raw, &show->watch, error);
    progress_end(&show->progress);
    if (status == 0)
        status = reshape(&paths, show, choices, focus, error);
    if (status == 0)
        status = show_paths(show, choices, &paths, error);
    paths_free(&paths);
    return status;
}

static int run(struct show *show, const struct choices *choices)
{
    struct error error;
    int status = 0;
    uint8_t *focus = choices->focus.count != 0 ? find_focus(show, &choices->focus, &status, &error) : NULL;
    if (status == 2)
        return cmd_wrong_usage(show->verb, &error);
    if (status == 0)
        status = make(show, choices, focus, &error);
    free(focus);
    return status == 0 ? 0 : cmd_fail(show->verb, &error);
}

/* ---- single calls ----------------------------------------------------------------------------------------------- */

static int check_calls(const struct choices *choices, struct error *error)
{
    bool merged = choices->percent >= 0 || choices->recursion >= 0 || choices->fold_recursion || choices->invert ||
                  choices->focus.count != 0;
    if (choices->calls && merged)
        return error_set(error, "--calls goes with filters and --limit only; --under NAME chooses what is below NAME");
    if (!choices->calls && choices->limit != UINT64_MAX)
        return error_set(error, "--limit goes with --calls; --min-percent and --depth limit what is merged");
    if (choices->limit != UINT64_MAX && (choices->limit == 0 || choices->limit > MOST_CALLS))
        return error_set(error, "option --limit: from 1 to %d calls can be shown; replay shows any number", MOST_CALLS);
    return 0;
}

static int show_calls(struct show *show, const struct choices *choices, const struct call_tree *tree,
                      struct error *error)
{
    struct overview overview;
    uint32_t keys;
    if (overview_make(&overview, show->tape, error) != 0)
        return -1;
    const struct call_tree_view view = {
        .tree = tree,
        .overview = &overview,
        .keys = tape_keys(show->tape, &keys),
        .labels = show->labels,
        .names = show->names,
        .bounds = choices->bounds,
    };
    if (choices->format == FORMAT_TEXT) {
        call_tree_text(show->output, &view);
    } else {
        call_tree_json(show->output, &view);
        show_remarks(show, &tree->sums);
    }
    overview_free(&overview);
    return 0;
}

static int run_calls(struct show *show, const struct choices *choices)
{
    struct error error;
    struct call_tree tree;
    const struct timeline_choice choice = {
        show->chosen.all,
        .fold = choices->format == FORMAT_TEXT,
        .raw = show->chosen.choice.raw,
    };
    uint32_t most = choices->limit != UINT64_MAX ? (uint32_t)choices->limit : CALLS_SHOWN;
    int status = call_tree_make(&tree, show->tape, &choice, most, &error);
    if (status == 0)
        status = show_calls(show, choices, &tree, &error);
    call_tree_free(&tree);
    return status == 0 ? 0 : cmd_fail(show->verb, &error);
}

/* As a filter it would cut paths before they are turned round, or on the way to a focus. */
static void show_levels(struct choices *choices, struct cmd_filter *filter)
{
    choices->levels = filter->depth < UINT32_MAX ? (uint32_t)filter->depth : UINT32_MAX;
    filter->depth = UINT64_MAX;
}

int cmd_tree(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", NULL};
    static const char *const recursions[] = {"fold", "levels", NULL};
    struct choices choices = {.recursion = -1, .percent = -1, .limit = UINT64_MAX, .levels = UINT32_MAX};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    int status;
    const struct option table[] = {
        {"min-percent", 'm', OPTION_REAL, &choices.percent, "P", NULL,
         "leave out paths of less than P percent of the\nwhole time (default 0.5; 0 with --format json)"},
        {"recursion", 'r', OPTION_CHOICE, &choices.recursion, "", recursions,
         "a function that calls itself: one line, or one for\neach level (default fold; levels with --format json)"},
        {"fold-recursion", 0, OPTION_FLAG, &choices.fold_recursion, NULL, NULL,
         "one line also for a function that calls itself through\nothers"},
        {"focus", 'F', OPTION_LIST, &choices.focus, "NAME", NULL,
         "only paths that lead to these functions, and what they call"},
        {"calls", 'c', OPTION_FLAG, &choices.calls, NULL, NULL, "single calls, with what was recorded of them"},
        {"limit", 'l', OPTION_COUNT, &choices.limit, "N", NULL, "of --calls: stop after N lines (default 1000)"},
        {"invert", 'i', OPTION_FLAG, &choices.invert, NULL, NULL, "bottom-up: functions, below them their callers"},
        CMD_RAW_OPTION(&filter.raw),
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
    struct error error;
    if (check_calls(&choices, &error) != 0)
        return cmd_wrong_usage(usage.verb, &error);
    if (choices.invert || choices.focus.count != 0)
        show_levels(&choices, &filter);
    struct show show;
    if (!show_open(&show, &usage, argc, argv, &status))
        return status;
    status = choices.calls ? run_calls(&show, &choices) : run(&show, &choices);
    return show_close(&show, status);
}
