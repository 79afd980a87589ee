#include "emit/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/by_value.h"
#include "base/nearest.h"
#include "base/text.h"

#include "cmd/cmd.h"
#include "cmd/display.h"
#include "cmd/where_names.h"

static const char about[] = "One row for each function that was called: its own time, its time with all that\n"
                            "it called, how often it was called, and how long one call took.\n"
                            "\n"
                            "  self     time in the function itself, not in what it called; self% is its\n"
                            "           share. All self times together are the traced time.\n"
                            "  total    time from entry to exit, what it called included. Where a function\n"
                            "           calls itself, only the outermost call counts: no time counts twice.\n"
                            "  average, min, p50, p90, p99, p99.9, max, stddev   of single calls, from entry to\n"
                            "           exit: the percentiles by nearest rank, off by less than 0.8 %; the\n"
                            "           standard deviation. Percentiles and deviations are there when --columns\n"
                            "           or --sort asks for them, and need all events to be read.\n"
                            "\n"
                            "--by groups the rows: of a file or module (or of all functions of a thread or process)\n"
                            "all calls are taken together, and of the total only the outermost count. --per tells\n"
                            "the rows apart by thread or process.\n"
                            "\n"
                            "--by-arg tells the calls of a function apart by what was recorded of them under that\n"
                            "name: an argument (record --args), the result (ret, or ret.a; record --returns), a\n"
                            "note of the program. Shown are the functions that have such values.\n"
                            "\n" CMD_TIMES_HELP "\n"
                            "Below the table stands what else must be known: calls that ended by a jump or\n"
                            "never, lost events, damage. With --format json or csv that goes to standard error.\n"
                            "Functions without a name are shown as FILE+0xADDRESS. In JSON and CSV each row has\n"
                            "the function's address in its file, which tells apart functions of one name, how far\n"
                            "off each time may be (self_bound_ns, ...) and what recording cost of total and self\n"
                            "(total_probe_ns, self_probe_ns: with --raw still in, else taken out).\n"
                            "\n"
                            "TAPE is a finished recording, or what a killed one left. Without it, the newest\n"
                            "*.tape of the current directory is read.\n";

static const char examples[] = "  calltape report                         the newest tape here, by self time\n"
                               "  calltape report -s total -l 20 x.tape   the 20 functions of the longest total\n"
                               "  calltape report --columns self,calls,p50,p99,max --sort p99\n"
                               "  calltape report --by thread             where the time went, thread by thread\n"
                               "  calltape report --per thread --function work\n"
                               "  calltape report --by-arg length --sort name   make_data(length=10), ...\n"
                               "  calltape report --format json | jq '.[] | select(.calls > 1000)'\n";

struct choices {
    int order, by, per, format;
    uint64_t limit;
    const char *columns; /* NULL: not given */
    const char *by_arg;  /* likewise */
    bool bounds, no_summary;
};

/* ---- columns ---------------------------------------------------------------------------------------------------- */

static const char *const column_names[REPORT_COLUMNS] = {
    [REPORT_SELF] = "self",   [REPORT_SHARE] = "self%", [REPORT_TOTAL] = "total", [REPORT_CALLS] = "calls",
    [REPORT_AVERAGE] = "avg", [REPORT_MIN] = "min",     [REPORT_P50] = "p50",     [REPORT_P90] = "p90",
    [REPORT_P99] = "p99",     [REPORT_P999] = "p99.9",  [REPORT_MAX] = "max",     [REPORT_DEVIATION] = "stddev",
};

/* By order: REPORT_COLUMNS is the name's. */
static const enum report_column order_columns[] = {
    REPORT_SELF, REPORT_TOTAL, REPORT_CALLS, REPORT_AVERAGE, REPORT_MIN,       REPORT_MAX,
    REPORT_P50,  REPORT_P90,   REPORT_P99,   REPORT_P999,    REPORT_DEVIATION, REPORT_COLUMNS,
};

static const uint32_t spread_columns =
    1 << REPORT_P50 | 1 << REPORT_P90 | 1 << REPORT_P99 | 1 << REPORT_P999 | 1 << REPORT_DEVIATION;

static uint32_t usual_columns(enum grouping by)
{
    uint32_t of_parts = 1 << REPORT_SELF | 1 << REPORT_SHARE | 1 << REPORT_CALLS;
    uint32_t of_functions = of_parts | 1 << REPORT_TOTAL | 1 << REPORT_AVERAGE | 1 << REPORT_MIN | 1 << REPORT_MAX;
    return by == BY_THREAD || by == BY_PROCESS ? of_parts : of_functions;
}

static int wrong_column(const char *word, struct error *error)
{
    char safe[200];
    const char *near = nearest_word(word, column_names, REPORT_COLUMNS);
    text_escape(safe, sizeof safe, word, true);
    return error_set(error, "option --columns: there is no column '%s'%s%s%s", safe,
                     near != NULL
                         ? "; did you mean '"
                         : "; "
                           "there are self, self%, total, calls, avg, min, p50, p90, p99, p99.9, max, stddev, and all",
                     near != NULL ? near : "", near != NULL ? "'?" : "");
}

static int add_column(uint32_t *columns, const char *word, struct error *error)
{
    if (strcmp(word, "all") == 0) {
        *columns = (1 << REPORT_COLUMNS) - 1;
        return 0;
    }
    for (uint32_t i = 0; i < REPORT_COLUMNS; i++)
        if (strcmp(word, column_names[i]) == 0 || (i == REPORT_AVERAGE && strcmp(word, "average") == 0)) {
            *columns |= 1U << i;
            return 0;
        }
    return wrong_column(word, error);
}

/* Those asked for, and the one that rows are sorted by. */
static int choose_columns(uint32_t *columns, const struct choices *choices, struct error *error)
{
    enum report_column sorted = order_columns[choices->order];
    int status = 0;
    *columns = choices->columns == NULL ? usual_columns((enum grouping)choices->by) : 0;
    for (const char *at = choices->columns; at != NULL && status == 0;) {
        char word[40];
        size_t length = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word - 1), at);
        status = add_column(columns, word, error);
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    *columns |= sorted != REPORT_COLUMNS ? 1U << sorted : 0;
    return status;
}

static int check_by_arg(const struct choices *choices, uint32_t columns, struct error *error)
{
    if (choices->by_arg == NULL)
        return 0;
    if (choices->by != BY_FUNCTION || choices->per != PER_NOTHING)
        return error_set(error, "--by-arg goes with neither --by nor --per; --thread and --process choose");
    if ((columns & spread_columns) != 0)
        return error_set(error, "--by-arg goes without percentiles and deviations; hist FUNCTION --where has them");
    return 0;
}

/* ---- the report ------------------------------------------------------------------------------------------------- */

static int show_profile(struct show *show, const struct profile *profile, const struct choices *choices,
                        uint32_t columns, struct error *error)
{
    struct overview overview;
    if (overview_make(&overview, show->tape, error) != 0)
        return -1;
    const struct report_view view = {
        .profile = profile,
        .overview = &overview,
        .labels = show->labels,
        .names = show->names,
        .limit = choices->limit != 0 ? choices->limit : UINT64_MAX,
        .order = (enum profile_order)choices->order,
        .columns = columns,
        .value_name = choices->by_arg,
        .bounds = choices->bounds,
    };
    if (choices->format == FORMAT_TEXT)
        report_text(show->output, &view);
    else if (choices->format == FORMAT_JSON)
        report_json(show->output, &view);
    else
        report_csv(show->output, &view);
    if (choices->format != FORMAT_TEXT)
        show_remarks(show, &profile->sums);
    overview_free(&overview);
    return 0;
}

static int make_by_value(struct profile *profile, struct show *show, const char *name, struct error *error)
{
    bool *wanted;
    const struct gather_source source = {
        .tape = show->tape, .choice = show->chosen.all, .raw = show->chosen.choice.raw, .watch = &show->watch};
    *profile = (struct profile){0};
    int status = where_keys_named(&wanted, name, show->tape, error);
    if (status != 0)
        return status;
    status = profile_make_by_value(profile, wanted, &source, error) == 0 ? 0 : 1;
    free(wanted);
    return status;
}

static int make(struct profile *profile, struct show *show, const struct choices *choices, uint32_t columns,
                struct error *error)
{
    const struct profile_split split = {(enum grouping)choices->by, choices->per, show->labels};
    int flags = (show->chosen.choice.raw ? PROFILE_RAW : 0) | (choices->no_summary ? PROFILE_DECODE : 0) |
                ((columns & spread_columns) != 0 ? PROFILE_SPREAD : 0);
    return profile_make_split(profile, show->tape, show->chosen.all, (enum profile_flag)flags, &split, &show->watch,
                              error) == 0
               ? 0
               : 1;
}

static int run(struct show *show, const struct choices *choices, uint32_t columns)
{
    struct error error;
    struct profile profile;
    int status = choices->by_arg != NULL ? make_by_value(&profile, show, choices->by_arg, &error)
                                         : make(&profile, show, choices, columns, &error);
    progress_end(&show->progress);
    if (status == 0) {
        profile_sort(&profile, (enum profile_order)choices->order, show->labels);
        status = show_profile(show, &profile, choices, columns, &error);
    }
    profile_free(&profile);
    return status == 0 ? 0 : status == 2 ? cmd_wrong_usage(show->verb, &error) : cmd_fail(show->verb, &error);
}

int cmd_report(int argc, char **argv)
{
    static const char *const orders[] = {"self", "total", "calls", "avg",    "min",  "max", "p50",
                                         "p90",  "p99",   "p99.9", "stddev", "name", NULL};
    static const char *const groups[] = {"function", "file", "module", "thread", "process", NULL};
    static const char *const parts[] = {"all", "thread", "process", NULL};
    static const char *const formats[] = {"text", "json", "csv", NULL};
    struct choices choices = {.order = PROFILE_BY_SELF};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    struct error error;
    uint32_t columns;
    int status;
    const struct option table[] = {
        {"sort", 's', OPTION_CHOICE, &choices.order, "", orders,
         "what comes first (default self); largest first,\nnames from A to Z"},
        {"by", 0, OPTION_CHOICE, &choices.by, "", groups, "what a row is (default function)"},
        {"by-arg", 0, OPTION_STRING, &choices.by_arg, "NAME", NULL,
         "a row for each value of this argument or note, or of ret,\nthe result"},
        {"per", 0, OPTION_CHOICE, &choices.per, "", parts, "rows for each thread or process (default all together)"},
        {"columns", 'c', OPTION_STRING, &choices.columns, "LIST", NULL,
         "which columns, where there is room for them: of self, self%,\ntotal, calls, avg, min, p50, p90, p99, p99.9, "
         "max, stddev,\nwith commas, or all"},
        {"limit", 'l', OPTION_COUNT, &choices.limit, "N", NULL, "show the first N rows only (0: all)"},
        CMD_RAW_OPTION(&filter.raw),
        CMD_BOUNDS_OPTION(&choices.bounds),
        {"no-summary", 0, OPTION_FLAG, &choices.no_summary, NULL, NULL,
         "read all events, also where the tape has summaries, which say\nthe same"},
        {"format", 'f', OPTION_CHOICE, &choices.format, "", formats,
         "a table for people, an array of objects,\nor comma-separated values; times in nanoseconds"},
    };
    const struct usage usage = {
        .verb = "report",
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
    if (choose_columns(&columns, &choices, &error) != 0 || check_by_arg(&choices, columns, &error) != 0)
        return cmd_wrong_usage(usage.verb, &error);
    struct show show;
    if (!show_open(&show, &usage, argc, argv, &status))
        return status;
    status = run(&show, &choices, columns);
    return show_close(&show, status);
}
