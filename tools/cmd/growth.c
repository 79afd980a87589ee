#include "emit/growth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/display.h"
#include "cmd/filter_names.h"
#include "cmd/names.h"
#include "emit/remarks.h"

static const char about[] =
    "How the time of functions grows with the numbers that were recorded of their calls:\n"
    "arguments (record --args) and notes (calltape_note_i64 of calltape.h). For each\n"
    "function and number it fits self time, total time and the calls made in it, by one\n"
    "number and by two together (n * m, n + m), and says the law where the data tell it (n\n"
    "from n log n, which may be less some n, as comparisons of sorts are), the exponent with\n"
    "its 95 % interval, and what would come next.\n"
    "\n"
    "Several tapes, one for each size, are taken together. With --size-argument K the size\n"
    "of a run is the K-th word behind the program's name: then functions are compared run\n"
    "by run, whatever was recorded of their calls.\n"
    "\n"
    "Nothing is claimed where sizes are less than a factor of ten apart or fewer than six,\n"
    "where fewer than five are larger than all that took no longer than recording cost,\n"
    "where chance alone would give such a fit once in a thousand times, where it explains\n"
    "less than nine tenths of the differences (R²; of fewer than ten sizes with one call\n"
    "each 0.98), or where the exponent is not known within 0.2: of these few sizes a steeper\n"
    "law with a start-up cost must be worse. --all, or the name of a FUNCTION, says which of\n"
    "these it was. Of runs what surely grows faster than linear is told nevertheless, and\n"
    "what grows fastest comes first.\n"
    "Numbers of 0 and less are left out, as are calls that did not end. Of a number told\n"
    "several times in a call the last one counts. Where small sizes follow another law than\n"
    "large ones, the law of the large ones is told, and from which size on; nothing is\n"
    "where too few are large.\n"
    "\n"
    "FUNCTION is a name, a glob ('parse_*') or a regular expression behind re:, as for the\n"
    "filters.\n"
    "\n"
    "JSON is an array of objects: function, module, file, measure (self time, total time,\n"
    "calls), verdict (claimed, constant, few, silent, narrow, unrelated, poor, uncertain,\n"
    "broken), best (of this function and measure), calls or runs, points, silent_points, terms\n"
    "(number, from, to, holds_from, exponent, low, high), law, logarithm, factor, constant (in ns:\n"
    "constant + factor * n^exponent, times (ln n + shift) with logarithm; where a law is named,\n"
    "with its exponent), inner (of two numbers: the one, m, in factor * n^exponent * (constant +\n"
    "m^exponent)) or second_factor (of two that add up: constant + factor * n^exponent +\n"
    "second_factor * m^exponent), r2, sentence.\n";

static const char examples[] = "  calltape record --args 'only_in_first:na,nb' -- ./prog\n"
                               "  calltape growth\n"
                               "  calltape growth x.tape only_in_first\n"
                               "  calltape growth --size-argument 1 small.tape middle.tape large.tape\n";

enum { WRONG_USAGE = -2 };

struct choices {
    int format;
    uint64_t size_argument;
    bool all;
};

/* One run of the verb. */
struct work {
    struct show *show; /* of the first tape, and the output */
    const struct choices *choices;
    const struct cmd_filter *filter;
    struct growth *growth;
    const char *function; /* NULL: all functions */
    bool matched;
    struct error *error;
};

static int size_of_run(const struct work *work, const struct tape *tape, double *size)
{
    const struct tape_session *session = tape_session(tape);
    uint64_t index = work->choices->size_argument;
    char *end = "";
    if (index >= session->argument_count)
        return error_set(work->error, "'%s' was recorded with %u argument%s: there is no argument %llu",
                         tape_path(tape), session->argument_count > 0 ? session->argument_count - 1 : 0,
                         session->argument_count == 2 ? "" : "s", (unsigned long long)index);
    *size = strtod(session->arguments[index], &end);
    if (*end != '\0' || end == session->arguments[index] || !(*size > 0))
        return error_set(work->error, "argument %llu of '%s' is '%s', no number above 0", (unsigned long long)index,
                         tape_path(tape), session->arguments[index]);
    return 0;
}

/* By function id: those that are looked at. 0, -1 or WRONG_USAGE with the error set. */
static int match_functions(struct work *work, const struct tape *tape, const struct labels *labels, uint8_t *functions)
{
    const struct option_list list = {.items = {work->function}, .count = 1};
    struct filter_names names;
    int status = filter_names_make(&names, tape, labels, work->error);
    if (status != 0)
        return -1;
    names.lenient = true; /* another tape may have it */
    status = filter_names_match(&names, NULL, &list, FILTER_FUNCTIONS, functions, work->error);
    for (uint32_t i = 0; i < names.count && status == 0; i++)
        work->matched |= functions[i] != 0;
    filter_names_free(&names);
    return status == 2 ? WRONG_USAGE : -status;
}

/* NULL with the error set. */
static uint8_t *room_for_functions(const struct work *work, const struct tape *tape)
{
    uint32_t count;
    tape_functions(tape, &count);
    uint8_t *functions = calloc(count + 1, 1);
    if (functions == NULL)
        error_set(work->error, "out of memory for %u functions", count);
    return functions;
}

static int read_tape(struct work *work, struct tape *tape, const struct labels *labels, const struct chosen *chosen,
                     struct sums *sums)
{
    double size;
    char name[TEXT_NUMBER];
    bool runs = work->choices->size_argument != 0;
    struct growth_choice choice = {.filter = chosen->all, .raw = work->filter->raw, .size_name = name};
    snprintf(name, sizeof name, "argument %llu", (unsigned long long)work->choices->size_argument);
    if (runs && size_of_run(work, tape, &size) != 0)
        return -1;
    choice.size = runs ? &size : NULL;
    uint8_t *functions = work->function != NULL ? room_for_functions(work, tape) : NULL;
    int status = work->function != NULL && functions == NULL ? -1 : 0;
    if (functions != NULL)
        status = match_functions(work, tape, labels, functions);
    choice.functions = functions;
    if (status == 0)
        status = growth_read(work->growth, tape, labels, &choice, &work->show->watch, sums, work->error);
    free(functions);
    return status;
}

static int read_path(struct work *work, const struct cmd_spelling *spelling, char *path)
{
    int status = 1;
    struct sums sums;
    char verb[] = "growth";
    char *arguments[] = {verb, path, NULL};
    struct tape *tape = cmd_open_tape(verb, 2, arguments, &status);
    if (tape == NULL)
        return 1;
    struct labels *labels = names_spell(tape, spelling, work->error) == 0 ? labels_create(tape, work->error) : NULL;
    struct chosen chosen = {0};
    status = labels != NULL ? filter_resolve(&chosen, work->filter, tape, labels, work->error) : -1;
    status = status == 0 ? read_tape(work, tape, labels, &chosen, &sums) : status == 2 ? WRONG_USAGE : -1;
    filter_free(&chosen);
    if (status == 0 && (sums.damage_count != 0 || sums.lost_events != 0))
        show_remarks(work->show, &sums);
    labels_destroy(labels);
    tape_close(tape);
    return status;
}

static int show_results(struct work *work, const struct sums *sums, bool several, bool full)
{
    size_t count;
    const struct growth_result *results;
    const struct growth_show show = {
        .output = work->show->output,
        .full_names = full,
        .runs = work->choices->size_argument != 0,
        .all = work->choices->all || work->function != NULL,
    };
    if (work->function != NULL && !work->matched)
        return error_set(work->error, "'%s' is no file, and no function has that name", work->function);
    if (growth_finish(work->growth, &results, &count, work->error) != 0)
        return -1;
    if (work->choices->format == FORMAT_TEXT)
        growth_text(&show, results, count);
    else
        growth_json(&show, results, count);
    if (work->choices->format != FORMAT_TEXT)
        show_remarks(work->show, sums);
    else if (!several)
        remarks_foot(work->show->output, sums);
    return 0;
}

static bool is_file(const char *path)
{
    struct stat stat_of;
    char part[4096];
    snprintf(part, sizeof part, "%s.part", path);
    return stat(path, &stat_of) == 0 || stat(part, &stat_of) == 0;
}

/* A last operand that names no file means functions; but one tape that is missing is a missing tape. */
static const char *take_function(int *argc, char **argv)
{
    size_t length = *argc > 1 ? strlen(argv[*argc - 1]) : 0;
    const char *last = *argc > 1 ? argv[*argc - 1] : NULL;
    if (last == NULL || is_file(last) || (length > 5 && strcmp(last + length - 5, ".tape") == 0))
        return NULL;
    (*argc)--;
    return last;
}

/* 0, -1 or WRONG_USAGE with the error set, or 1: an error was printed. */
static int run(struct work *work, const struct cmd_spelling *spelling, int argc, char **argv)
{
    struct sums sums;
    int status = 0;
    if ((work->growth = growth_create(work->error)) == NULL)
        return -1;
    status = read_tape(work, work->show->tape, work->show->labels, &work->show->chosen, &sums);
    for (int i = 2; i < argc && status == 0; i++)
        status = read_path(work, spelling, argv[i]);
    return status == 0 ? show_results(work, &sums, argc > 2, spelling->full || spelling->mangled) : status;
}

int cmd_growth(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", NULL};
    struct choices choices = {0};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    struct error error;
    int status;
    const struct option table[] = {
        {"size-argument", 's', OPTION_COUNT, &choices.size_argument, "K", NULL,
         "the size is the K-th argument of the recorded\ncommand line: one tape for each size"},
        {"all", 'a', OPTION_FLAG, &choices.all, NULL, NULL, "also why nothing is claimed"},
        CMD_RAW_OPTION(&filter.raw),
        {"format", 'f', OPTION_CHOICE, &choices.format, "", formats, "sentences and drawings, or an array of objects"},
    };
    const struct usage usage = {
        .verb = "growth",
        .operands = "[OPTION]... [TAPE]... [FUNCTION]",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .display = &display,
        .spelling = &spelling,
        .filter = &filter,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    struct show show;
    struct work work = {
        .show = &show, .choices = &choices, .filter = &filter, .function = take_function(&argc, argv), .error = &error};
    filter.anywhere = argc > 2;
    if (!show_open(&show, &usage, argc < 2 ? argc : 2, argv, &status))
        return status;
    status = run(&work, &spelling, argc, argv);
    growth_destroy(work.growth);
    if (status == WRONG_USAGE)
        return show_close(&show, cmd_wrong_usage(usage.verb, &error));
    return show_close(&show, status < 0 ? cmd_fail(usage.verb, &error) : status);
}
