#include "emit/callers.h"

#include "cmd/subjects.h"

static const char about[] = "Who calls FUNCTION and whom it calls, directly, with all that is called below: how\n"
                            "often, how long, and what share of its total that is. Above stand its calls, how many\n"
                            "functions call it and are called by it, and how deep on the stack it was called\n"
                            "(0: nothing around it).\n"
                            "\n" CMD_FUNCTION_HELP " Where several are meant each is shown for itself.\n\n"
                            "Recursion: no time counts twice. The total is that of its outermost calls, from entry\n"
                            "to exit. Each instant of it belongs to the caller of the outermost open call of\n"
                            "FUNCTION, and to what the innermost open call of it calls, or to that call itself.\n"
                            "So the callers' times sum to the total, and so do the callees' and self. Of calls\n"
                            "from itself to itself only the number is shown; a caller's calls that are made within\n"
                            "another call of FUNCTION count, but their time is that of the outer call's caller.\n"
                            "\n" CMD_TIMES_HELP;

static const char examples[] = "  calltape callers malloc_wrapper         in the newest tape here\n"
                               "  calltape callers 'parse_*' x.tape       each function whose name begins so\n"
                               "  calltape callers work --format json | jq '.[0].callers'\n";

enum { MOST = 1000000, SHOWN = 20 };

struct choices {
    int format;
    uint64_t limit;
    bool bounds;
};

static void show_callers(struct show *show, const struct callers *callers, const struct choices *choices)
{
    uint64_t limit = choices->limit != 0 ? choices->limit : UINT64_MAX;
    if (choices->format == FORMAT_TEXT)
        callers_text(show->output, callers, limit, choices->bounds, show->names);
    else if (choices->format == FORMAT_JSON)
        callers_json(show->output, callers, limit, show->labels);
    else
        callers_csv(show->output, callers, limit, show->labels);
    if (choices->format != FORMAT_TEXT)
        show_remarks(show, &callers->sums);
}

int cmd_callers(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", "csv", NULL};
    struct choices choices = {.limit = UINT64_MAX};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    int status;
    const struct option table[] = {
        {"limit", 'l', OPTION_COUNT, &choices.limit, "N", NULL,
         "show the first N callers and callees only (0: all;\ndefault 20, all with --format json and csv)"},
        CMD_RAW_OPTION(&filter.raw),
        CMD_BOUNDS_OPTION(&choices.bounds),
        {"format", 'f', OPTION_CHOICE, &choices.format, "", formats,
         "tables for people, an array of objects,\nor a row for each caller and callee; times in nanoseconds"},
    };
    const struct usage usage = {
        .verb = "callers",
        .operands = "[OPTION]... FUNCTION [TAPE]",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .display = &display,
        .spelling = &spelling,
        .filter = &filter,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (choices.limit == UINT64_MAX)
        choices.limit = choices.format == FORMAT_TEXT ? SHOWN : 0;
    struct show show;
    struct chosen_subjects subjects;
    if (!subjects_open(&subjects, MOST, &show, &usage, argc, argv, &status))
        return status;
    struct error error;
    struct callers callers;
    const struct gather_source source = {
        .tape = show.tape, .choice = show.chosen.all, .raw = show.chosen.choice.raw, .watch = &show.watch};
    status = callers_make(&callers, &subjects.all, &source, &error);
    progress_end(&show.progress);
    if (status == 0)
        show_callers(&show, &callers, &choices);
    else
        status = cmd_fail(usage.verb, &error);
    callers_free(&callers);
    subjects_free(&subjects);
    return show_close(&show, status);
}
