#include "emit/report.h"

#include "cmd/cmd.h"
#include "cmd/display.h"

static const char about[] = "One row for each function that was called: its own time, its time with all that\n"
                            "it called, how often it was called, and how long one call took.\n"
                            "\n"
                            "  self     time in the function itself, not in what it called; self% is its\n"
                            "           share. All self times together are the traced time.\n"
                            "  total    time from entry to exit, what it called included. Where a function\n"
                            "           calls itself, only the outermost call counts: no time counts twice.\n"
                            "  average, min, max   of single calls, from entry to exit.\n"
                            "\n"
                            "Times are elapsed time: sleeping, waiting for a lock or for another thread counts as\n"
                            "self time of the function that waits. Only waits for the recorder are left out.\n"
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
                               "  calltape report --format json | jq '.[] | select(.calls > 1000)'\n";

int cmd_report(int argc, char **argv)
{
    static const char *const orders[] = {"self", "total", "calls", "avg", "min", "max", "name", NULL};
    static const char *const formats[] = {"text", "json", "csv", NULL};
    int order = PROFILE_BY_SELF, format = FORMAT_TEXT, status;
    uint64_t limit = 0;
    bool raw = false, bounds = false, no_summary = false;
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    const struct option table[] = {
        {"sort", 's', OPTION_CHOICE, &order, "", orders,
         "what comes first (default self); largest first,\nnames from A to Z"},
        {"limit", 'l', OPTION_COUNT, &limit, "N", NULL, "show the first N functions only (0: all)"},
        CMD_RAW_OPTION(&raw),
        CMD_BOUNDS_OPTION(&bounds),
        {"no-summary", 0, OPTION_FLAG, &no_summary, NULL, NULL,
         "read all events, also where the tape has summaries, which say\nthe same"},
        {"format", 'f', OPTION_CHOICE, &format, "", formats,
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
    limit = limit != 0 ? limit : UINT64_MAX;
    filter.raw = raw;
    struct show show;
    if (!show_open(&show, &usage, argc, argv, &status))
        return status;
    struct error error;
    struct profile profile;
    int flags = (raw ? PROFILE_RAW : 0) | (no_summary ? PROFILE_DECODE : 0);
    status = profile_make(&profile, show.tape, show.chosen.all, (enum profile_flag)flags, &show.watch, &error);
    progress_end(&show.progress);
    if (status != 0) {
        status = cmd_fail(usage.verb, &error);
    } else {
        profile_sort(&profile, (enum profile_order)order, show.labels);
        if (format == FORMAT_TEXT)
            report_text(show.output, &profile, (enum profile_order)order, limit, bounds, show.labels, show.names);
        else if (format == FORMAT_JSON)
            report_json(show.output, &profile, limit, show.labels);
        else
            report_csv(show.output, &profile, limit, show.labels);
        if (format != FORMAT_TEXT)
            show_remarks(&show, &profile.sums);
    }
    profile_free(&profile);
    return show_close(&show, status);
}
