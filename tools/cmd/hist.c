#include "emit/hist.h"

#include <string.h>

#include "base/text.h"
#include "cmd/subjects.h"

static const char about[] = "How long the calls of FUNCTION took: how many took how long, with bars on a\n"
                            "logarithmic scale, the slowest calls with when they began, what was recorded of them\n"
                            "(arguments, result, notes) and the path they were made in, and how outliers differ\n"
                            "from the other calls: in which functions below, at any depth, the additional time\n"
                            "was spent, and which were called more often.\n"
                            "\n"
                            "Durations are of single calls, from entry to exit, what they called included; calls\n"
                            "within other calls of FUNCTION are calls like others. Percentiles are by nearest rank\n"
                            "and off by less than 0.8 %; the numbers of calls are exact. Memory does not grow with\n"
                            "the number of calls.\n"
                            "\n"
                            "Outliers are the slowest calls, at most one in a hundred (or one of five or more),\n"
                            "as far as they took at least twice the median; or what --over says. For them, and for\n"
                            "all others, the table shows what one call and all below it took on average, function by\n"
                            "function: self time, and how often each was called. The differences of self time sum\n"
                            "to that of the durations.\n"
                            "\n" CMD_FUNCTION_HELP " It must mean a single function.\n\n" CMD_TIMES_HELP;

static const char examples[] = "  calltape hist read_file                    in the newest tape here\n"
                               "  calltape hist read_file --over 5ms x.tape  what calls of 5 ms and more did else\n"
                               "  calltape hist read_file --format json | jq .slowest\n";

enum { SHOWN = 10, MOST = 10000 };

struct choices {
    int format;
    uint64_t limit;
    const char *over;
    bool bounds;
};

static int read_over(const char *text, uint64_t *ns, struct error *error)
{
    const char *end = text;
    char safe[200];
    *ns = UINT64_MAX;
    if (text == NULL || (text_read_duration(&end, ns) && *end == '\0'))
        return 0;
    text_escape(safe, sizeof safe, text, true);
    return error_set(error, "option --over: '%s' is not a time; write, for example, 10us, 1.5ms or 2s", safe);
}

static int show_hist(struct show *show, const struct hist *hist, const struct choices *choices, struct error *error)
{
    struct overview overview;
    if (overview_make(&overview, show->tape, error) != 0)
        return -1;
    uint32_t keys;
    const struct hist_view view = {
        .hist = hist,
        .overview = &overview,
        .labels = show->labels,
        .names = show->names,
        .differences = (size_t)choices->limit,
        .keys = tape_keys(show->tape, &keys),
        .bounds = choices->bounds,
    };
    if (choices->format == FORMAT_TEXT)
        hist_text(show->output, &view);
    else if (choices->format == FORMAT_JSON)
        hist_json(show->output, &view);
    else
        hist_csv(show->output, hist);
    if (choices->format != FORMAT_TEXT)
        show_remarks(show, &hist->sums);
    overview_free(&overview);
    return 0;
}

static int run(struct show *show, const struct subjects *subjects, const struct choices *choices, uint64_t over_ns)
{
    struct error error;
    struct hist hist;
    const struct gather_source source = {
        .tape = show->tape, .choice = show->chosen.all, .raw = show->chosen.choice.raw, .watch = &show->watch};
    const struct hist_choice choice = {subjects->functions[0], (size_t)choices->limit, over_ns};
    int status = hist_make(&hist, &choice, &source, &error);
    progress_end(&show->progress);
    if (status == 0)
        status = show_hist(show, &hist, choices, &error);
    hist_free(&hist);
    return status == 0 ? 0 : cmd_fail(show->verb, &error);
}

int cmd_hist(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", "csv", NULL};
    struct choices choices = {.limit = SHOWN};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    struct error error;
    uint64_t over_ns;
    int status;
    const struct option table[] = {
        {"limit", 'l', OPTION_COUNT, &choices.limit, "N", NULL,
         "show the N slowest calls, and the N functions that\nmake the greatest difference (default 10)"},
        {"over", 'o', OPTION_STRING, &choices.over, "TIME", NULL,
         "outliers are the calls that took TIME or more (10us, 1.5ms)"},
        CMD_RAW_OPTION(&filter.raw),
        CMD_BOUNDS_OPTION(&choices.bounds),
        {"format", 'f', OPTION_CHOICE, &choices.format, "", formats,
         "for people, an object, or the numbers of calls by\nduration as comma-separated values; times in nanoseconds"},
    };
    const struct usage usage = {
        .verb = "hist",
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
    if (read_over(choices.over, &over_ns, &error) != 0)
        return cmd_wrong_usage(usage.verb, &error);
    choices.limit = choices.limit < MOST ? choices.limit : MOST;
    struct show show;
    struct chosen_subjects subjects;
    if (!subjects_open(&subjects, 1, &show, &usage, argc, argv, &status))
        return status;
    status = run(&show, &subjects.all, &choices, over_ns);
    subjects_free(&subjects);
    return show_close(&show, status);
}
