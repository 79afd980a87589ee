#include "emit/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/display.h"
#include "cmd/names.h"
#include "emit/remarks.h"

static const char about[] = "What differs between recordings of an old and a new program, any number of each, the\n"
                            "old ones before -- and the new ones behind: which functions and paths take another\n"
                            "time or are called another number of times; what is called now and was not before;\n"
                            "and where the order of calls first parts. old and new are the self times that report\n"
                            "shows, means of each side's recordings; change is from one to the other.\n"
                            "\n"
                            "Functions are the same one by the name of their module and their own, and by their\n"
                            "file where there are several; never by address. The program itself may have another\n"
                            "name or place.\n"
                            "\n"
                            "Machines do other things too, which is in these times. So a finding of time goes by\n"
                            "others, whose change is judged %: relative to each recording's pace, how fast it ran\n"
                            "in the middle function (--absolute leaves that in); and of what the middle half of\n"
                            "calls took, times their number, where that tells more than the sum. How far off it\n"
                            "may be by chance (95 %) is told by how recordings of a side differ. With one a side\n"
                            "only what at least doubled or halved is judged: record five a side, in turn, to find\n"
                            "small changes. That anything at all is found by chance has 5 %. A number of calls\n"
                            "that is the same in all recordings of each side always tells. What was found comes\n"
                            "first, the largest of the judged changes at the top.\n"
                            "\n"
                            "In JSON and CSV the times that are judged are judged_old_ns and judged_new_ns, by\n"
                            "typical calls or by sums as `by` says; from_ns and to_ns are the interval of their\n"
                            "change by recordings, calls_from_ns and calls_to_ns by calls. chance is the\n"
                            "likelihood of such a change by chance, adjusted for all that were looked at; null\n"
                            "where that can't be told.\n"
                            "\n" CMD_TIMES_HELP;

static const char examples[] = "  calltape diff before.tape after.tape\n"
                               "  calltape diff old1.tape old2.tape old3.tape -- new1.tape new2.tape new3.tape\n"
                               "  calltape diff --fail-over 5% old*.tape -- new*.tape || echo slower\n"
                               "  calltape diff --format json old.tape new.tape | jq '.parting'\n";

struct choices {
    int format;
    uint64_t limit;
    double least_percent, fail_over; /* fail_over below 0: never */
    const char *fail_text;
    bool all, absolute;
};

/* The recordings of both sides, opened. */
struct sides {
    const char *verb;
    size_t count, old;
    struct recording *recordings;
    struct labels **labels;
    struct shown_names **names;
    struct chosen *chosen;
    struct output *output;
    struct progress progress;
};

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static int no_memory(const struct sides *sides)
{
    struct error error;
    error_set(&error, "out of memory for %zu recordings", sides->count);
    return cmd_fail(sides->verb, &error);
}

static int open_tape(struct sides *sides, size_t i, char *path, const struct usage *usage)
{
    struct recording *recording = &sides->recordings[i];
    char *words[] = {NULL, path, NULL};
    struct error error;
    uint32_t functions;
    int status = 0;
    recording->later = i >= sides->old;
    recording->tape = cmd_open_tape(sides->verb, 2, words, &status);
    if (recording->tape == NULL)
        return status;
    sides->progress.total += 3 * tape_totals(recording->tape).events;
    if (names_spell(recording->tape, usage->spelling, &error) != 0 ||
        (sides->labels[i] = labels_create(recording->tape, &error)) == NULL)
        return cmd_fail(sides->verb, &error);
    recording->labels = sides->labels[i];
    tape_functions(recording->tape, &functions);
    sides->names[i] = shown_names_create(
        recording->labels, functions, !usage->spelling->full && !usage->spelling->mangled, output_utf8(sides->output));
    return sides->names[i] != NULL ? 0 : no_memory(sides);
}

/* A function that the filters name need not be in all recordings, but in one. */
static int resolve_filters(struct sides *sides, struct cmd_filter *filter)
{
    struct error error;
    int status = 2;
    for (size_t i = 0; i < sides->count && status == 2; i++) {
        struct chosen chosen = {0};
        status = filter_resolve(&chosen, filter, sides->recordings[i].tape, sides->labels[i], &error);
        filter_free(&chosen);
    }
    filter->anywhere = true;
    for (size_t i = 0; i < sides->count && status == 0; i++) {
        status = filter_resolve(&sides->chosen[i], filter, sides->recordings[i].tape, sides->labels[i], &error);
        sides->recordings[i].choice = sides->chosen[i].all;
    }
    if (status != 0)
        return status == 2 ? cmd_wrong_usage(sides->verb, &error) : cmd_fail(sides->verb, &error);
    return 0;
}

static int open_sides(struct sides *sides, char **paths, const struct usage *usage)
{
    struct error error;
    sides->recordings = calloc(sides->count, sizeof *sides->recordings);
    sides->labels = calloc(sides->count, sizeof *sides->labels);
    sides->names = calloc(sides->count, sizeof *sides->names);
    sides->chosen = calloc(sides->count, sizeof *sides->chosen);
    if (sides->recordings == NULL || sides->labels == NULL || sides->names == NULL || sides->chosen == NULL)
        return no_memory(sides);
    sides->output = output_open((enum output_colour)usage->display->colour, !usage->display->no_pager, &error);
    if (sides->output == NULL)
        return cmd_fail(sides->verb, &error);
    if (usage->spelling->full)
        output_unlimited(sides->output);
    int status = 0;
    for (size_t i = 0; i < sides->count && status == 0; i++)
        status = open_tape(sides, i, paths[i], usage);
    return status == 0 ? resolve_filters(sides, usage->filter) : status;
}

static int close_sides(struct sides *sides, int status)
{
    struct error error;
    bool fits = sides->recordings != NULL && sides->labels != NULL && sides->names != NULL && sides->chosen != NULL;
    for (size_t i = 0; fits && sides->output != NULL && i < sides->count; i++)
        if (sides->names[i] != NULL && !shown_names_whole(sides->names[i]))
            output_no_memory(sides->output);
    if (sides->output != NULL && output_close(sides->output, &error) != 0)
        status = cmd_fail(sides->verb, &error);
    for (size_t i = 0; fits && i < sides->count; i++) {
        filter_free(&sides->chosen[i]);
        shown_names_destroy(sides->names[i]);
        labels_destroy(sides->labels[i]);
        tape_close(sides->recordings[i].tape);
    }
    free(sides->recordings);
    free(sides->labels);
    free(sides->names);
    free(sides->chosen);
    return status;
}

/* ---- comparing -------------------------------------------------------------------------------------------------- */

static void warn(void *context, bool warning, const char *text)
{
    const char *const *words = context; /* verb, path */
    if (warning)
        cmd_say(words[0], "warning: %s: %s", words[1], text);
}

/* What makes one recording's numbers doubtful. */
static void tell_warnings(const struct sides *sides, const struct measures *measures)
{
    output_flush(sides->output);
    for (size_t r = 0; r < sides->count; r++) {
        char path[600];
        text_escape(path, sizeof path, tape_path(sides->recordings[r].tape), true);
        const char *words[] = {sides->verb, path};
        struct sums sums = measures->sums[r];
        sums_damages(&sums, sides->recordings[r].tape);
        remarks(&sums, output_utf8(sides->output), warn, words);
    }
}

static bool is_longer(const struct diff_times *times, double percent)
{
    return times->change.mean > percent / 100 * times->self[0];
}

/* How times of recordings differ by themselves is not known of one a side; numbers of calls hardly do. */
static bool fails_by_calls(const char *verb, const double calls[2], double percent)
{
    double more = diff_percent(calls);
    if (more > percent) {
        cmd_say(verb, "all calls together are %.1f %% more", more);
        return true;
    }
    cmd_say(verb, "note: with one recording a side times fail nothing, only the number of all calls does: more "
                  "recordings are needed, such as five a side, in turn");
    return false;
}

/* Longer by more than the limit: all calls together, or a function that was found to be slower. */
static bool fails(const char *verb, const struct diff *diff, double percent)
{
    const struct diff_row *whole = &diff->whole;
    if (percent < 0)
        return false;
    if (diff->sides[0] == 1 && diff->sides[1] == 1)
        return fails_by_calls(verb, whole->calls, percent);
    if (whole->time == DIFF_MORE && is_longer(&whole->times, percent))
        return true;
    for (size_t i = 0; i < diff->function_count; i++)
        if (diff->functions[i].time == DIFF_MORE && is_longer(&diff->functions[i].times, percent))
            return true;
    if (whole->times.self[0] > 0 && is_longer(&whole->times, percent))
        cmd_say(verb,
                "note: all calls together took %.1f %% longer, but as these recordings differ that may be chance: it "
                "fails nothing",
                100 * whole->times.change.mean / whole->times.self[0]);
    return false;
}

static int find_partings(const struct sides *sides, const struct matching *matching, struct parting *parting,
                         struct parting *itself, bool *has_itself, struct error *error)
{
    size_t old = sides->old, new = sides->count - sides->old;
    *has_itself = old > 1 || new > 1;
    if (parting_find(parting, sides->recordings, matching, 0, old, error) != 0)
        return -1;
    if (!*has_itself)
        return 0;
    return parting_find(itself, sides->recordings, matching, old > 1 ? 0 : old, old > 1 ? 1 : old + 1, error);
}

static void show_diff(const struct sides *sides, const struct choices *choices, const struct diff_view *view)
{
    if (choices->format == FORMAT_TEXT)
        diff_text(sides->output, view);
    else if (choices->format == FORMAT_JSON)
        diff_json(sides->output, view);
    else
        diff_csv(sides->output, view);
}

static int compare(struct sides *sides, const struct choices *choices)
{
    const bool raw = sides->chosen[0].choice.raw; /* as of all */
    const struct calls_watch watch = {progress_count, &sides->progress};
    const struct diff_choice choice = {choices->least_percent / 100, choices->absolute, raw, &watch};
    struct matching matching = {0};
    struct measures measures = {0};
    struct diff diff = {0};
    struct parting parting, itself;
    struct error error;
    bool has_itself;
    int status = matching_make(&matching, sides->recordings, sides->count, &error);
    if (status == 0)
        status = measures_make(&measures, sides->recordings, &matching, raw, &watch, &error);
    if (status == 0)
        status = diff_make(&diff, &measures, &matching, sides->recordings, &choice, &error);
    if (status == 0)
        status = find_partings(sides, &matching, &parting, &itself, &has_itself, &error);
    progress_end(&sides->progress);
    if (status == 0) {
        const struct diff_view view = {
            .diff = &diff,
            .measures = &measures,
            .matching = &matching,
            .recordings = sides->recordings,
            .names = sides->names,
            .parting = &parting,
            .itself = has_itself ? &itself : NULL,
            .first = {0, sides->old},
            .limit = choices->limit != 0 ? choices->limit : SIZE_MAX,
            .all = choices->all,
        };
        show_diff(sides, choices, &view);
        tell_warnings(sides, &measures);
    }
    status = status != 0 ? cmd_fail(sides->verb, &error) : fails(sides->verb, &diff, choices->fail_over);
    diff_free(&diff);
    measures_free(&measures);
    matching_free(&matching);
    return status;
}

/* ---- the verb --------------------------------------------------------------------------------------------------- */

/* Operands before -- are old, those behind it new; options may stand on both sides of it. Without -- there are two. */
static bool parse_sides(struct sides *sides, const struct usage *usage, int argc, char **argv, char **paths,
                        int *status)
{
    int split = 1, old, new = 0;
    struct error error;
    while (split < argc && strcmp(argv[split], "--") != 0)
        split++;
    bool divided = split < argc;
    char **behind = divided ? argv + split : NULL;
    old = split;
    if (divided) {
        new = argc - split;
        argv[split] = NULL;
    }
    if (!cmd_parse(usage, &old, argv, status) || (divided && !cmd_parse(usage, &new, behind, status)))
        return false;
    sides->old = divided ? (size_t)old - 1 : 1;
    sides->count = (size_t)old - 1 + (divided ? (size_t) new - 1 : 0);
    bool right = divided ? old > 1 && new > 1 : old == 3;
    if (!right) {
        error_set(&error, divided ? "at least one recording is needed on each side of --"
                                  : "two recordings are needed, or several on both sides of --: OLD... -- NEW...");
        *status = cmd_wrong_usage(usage->verb, &error);
        return false;
    }
    memcpy(paths, argv + 1, (size_t)(old - 1) * sizeof *paths);
    if (divided)
        memcpy(paths + old - 1, behind + 1, (size_t)(new - 1) * sizeof *paths);
    return true;
}

static int read_percent(struct choices *choices, struct error *error)
{
    char *end, safe[200];
    choices->fail_over = -1;
    if (choices->fail_text == NULL)
        return 0;
    choices->fail_over = strtod(choices->fail_text, &end);
    end += *end == '%';
    if (end != choices->fail_text && *end == '\0' && isfinite(choices->fail_over) && choices->fail_over >= 0)
        return 0;
    text_escape(safe, sizeof safe, choices->fail_text, true);
    return error_set(error, "option --fail-over: '%s' is not a percentage; write, for example, 5%%", safe);
}

int cmd_diff(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", "csv", NULL};
    struct choices choices = {.least_percent = 0.5, .limit = 20};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    struct sides sides = {.verb = "diff"};
    struct error error;
    int status;
    const struct option table[] = {
        {"fail-over", 0, OPTION_STRING, &choices.fail_text, "P%", NULL,
         "exit with 1 if all calls together, or a function found\nto be slower, take longer by more than P percent; "
         "with\none recording a side: if all calls together are more\nby that"},
        {"min-percent", 'm', OPTION_REAL, &choices.least_percent, "P", NULL,
         "what takes less than P percent of the whole, before\nand after (default 0.5), must differ more to be found:\n"
         "so it does not hide smaller changes of the others"},
        {"limit", 'l', OPTION_COUNT, &choices.limit, "N", NULL, "rows of each table (default 20; 0: all)"},
        {"all", 'a', OPTION_FLAG, &choices.all, NULL, NULL, "show also what was not found to differ"},
        {"absolute", 0, OPTION_FLAG, &choices.absolute, NULL, NULL,
         "compare times as they are, not relative to the pace of\neach recording"},
        CMD_RAW_OPTION(&filter.raw),
        {"format", 'f', OPTION_CHOICE, &choices.format, "", formats,
         "tables for people, one object, or\ncomma-separated values"},
    };
    const struct usage usage = {
        .verb = "diff",
        .operands = "[OPTION]... OLD... -- NEW...",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .display = &display,
        .spelling = &spelling,
        .filter = &filter,
    };
    char **paths = calloc((size_t)argc + 1, sizeof *paths);
    if (paths == NULL)
        return no_memory(&sides);
    if (parse_sides(&sides, &usage, argc, argv, paths, &status)) {
        if (read_percent(&choices, &error) != 0) {
            status = cmd_wrong_usage(usage.verb, &error);
        } else {
            progress_start(&sides.progress, "reading", 0);
            status = open_sides(&sides, paths, &usage);
            status = close_sides(&sides, status != 0 ? status : compare(&sides, &choices));
        }
    }
    free(paths);
    return status;
}
