#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/display.h"
#include "cmd/page.h"
#include "export/limit.h"
#include "tape/recover.h"

static const char about[] = "Writes the recording in the format of another tool. Formats of single calls are\n"
                            "read and written as a stream: memory does not grow with the tape. Those of sums\n"
                            "take what the tree of calls takes: folded and pprof some 50 bytes for each path\n"
                            "in it, callgrind, dot and mermaid 400. Beyond a million paths calls are summed up\n"
                            "as [deeper], so that is 100 or 500 MB at most.\n"
                            "\n"
                            "chrome, perfetto, speedscope, ctf, csv and jsonl hold single calls, at the times that\n"
                            "the clock had: what recording cost is in them (csv and jsonl tell it beside them). A\n"
                            "stack that a thread switched away from with calls open (a coroutine) is a track of its\n"
                            "own. Calls that ended by a jump, or never, are closed there and say so. Arguments,\n"
                            "results and notes go with their calls, counters and messages beside them; csv has no\n"
                            "rows for the latter, and speedscope has room for none of these. html is a page that\n"
                            "shows calls and sums. The other formats hold calls summed up by path or by function,\n"
                            "as report has them: what recording cost is taken out, and --raw leaves it in.\n"
                            "\n"
                            "Viewers take only so much, and what will be more is said before it is written.\n"
                            "--max-events and --max-bytes keep the longest calls and say what is left out;\n"
                            "--split makes several files, one stretch of time after the other, each complete in\n"
                            "itself: what is open at its beginning begins anew there. The filters below leave out\n"
                            "what is not needed.\n"
                            "\n"
                            "Formats, and what opens them:\n";

static const char examples[] = "  calltape export --to perfetto -o x.pftrace\n"
                               "  calltape export --to chrome --max-bytes 200M -o x.json x.tape\n"
                               "  calltape export --to chrome --split 200M -o x.json    x.1.json, x.2.json, ...\n"
                               "  calltape export --to pprof -o x.pb && go tool pprof -http :8000 x.pb\n"
                               "  calltape export --to folded | flamegraph.pl --countname ns >x.svg\n"
                               "  calltape export --to callgrind -o callgrind.out.x && kcachegrind callgrind.out.x\n"
                               "  calltape export --to html --exclude same_word -o x.html\n"
                               "  calltape export --to csv | sqlite3 x.db '.import --csv /dev/stdin calls'\n";

enum { MOST_HELP = 8192 };

struct choices {
    const char *to, *output;
    const struct export_format *format;
    struct export_limits limits;
    uint64_t split, nodes; /* UINT64_MAX: not given */
    int per;               /* 0: all together; 1: thread */
    bool compress;
};

/* ---- the command line -------------------------------------------------------------------------------------------- */

/* The text of --help with the table of formats. */
static void write_about(char text[MOST_HELP])
{
    size_t used = (size_t)snprintf(text, MOST_HELP, "%s", about);
    for (size_t i = 0; i < export_format_count; i++) {
        const char *line = export_formats[i].viewer, *end;
        used += (size_t)snprintf(text + used, MOST_HELP - used, "  %-10s  ", export_formats[i].name);
        for (; (end = strchr(line, '\n')) != NULL; line = end + 1)
            used += (size_t)snprintf(text + used, MOST_HELP - used, "%.*s\n%14s", (int)(end - line), line, "");
        used += (size_t)snprintf(text + used, MOST_HELP - used, "%s\n", line);
    }
}

static int unknown_format(const char *name, struct error *error)
{
    const char *names[32];
    char safe[200];
    size_t count = 0;
    while (count < export_format_count && count < sizeof names / sizeof *names) {
        names[count] = export_formats[count].name;
        count++;
    }
    const char *nearest = nearest_word(name, names, count);
    text_escape(safe, sizeof safe, name, true);
    if (nearest != NULL)
        return error_set(error, "no format is called '%s'; did you mean '%s'?", safe, nearest);
    return error_set(error, "no format is called '%s'", safe);
}

static int find_format(struct choices *choices, struct error *error)
{
    if (choices->to == NULL)
        return error_set(error, "say which format: --to FORMAT");
    for (size_t i = 0; i < export_format_count && choices->format == NULL; i++)
        if (strcmp(export_formats[i].name, choices->to) == 0)
            choices->format = &export_formats[i];
    return choices->format != NULL ? 0 : unknown_format(choices->to, error);
}

/* Nothing at all is hardly what anybody wants. */
static int check_numbers(const struct choices *choices, struct error *error)
{
    if (choices->limits.events < 2)
        return error_set(error, "--max-events: the shortest export is of one call, an entry and an exit: 2 at least");
    if (choices->limits.bytes == 0 || choices->split == 0)
        return error_set(error, "%s: how many bytes at most?", choices->split == 0 ? "--split 0" : "--max-bytes 0");
    return choices->nodes == 0 ? error_set(error, "--nodes 0: a graph needs one function at least") : 0;
}

static int check_choices(const struct choices *choices, struct error *error)
{
    const struct export_format *format = choices->format;
    bool limited =
        choices->limits.events != UINT64_MAX || choices->limits.bytes != UINT64_MAX || choices->split != UINT64_MAX;
    if (format->kind == EXPORT_PAGE && (choices->limits.events != UINT64_MAX || choices->split != UINT64_MAX))
        return error_set(error, "--max-events and --split are for formats of single calls; %s is one page: --max-bytes",
                         format->name);
    if (limited && format->kind == EXPORT_SUMS)
        return error_set(error, "--max-events, --max-bytes and --split are for formats of single calls; %s holds sums",
                         format->name);
    if (choices->split != UINT64_MAX && format->directory)
        return error_set(error, "--split is not for %s, whose readers take any size", format->name);
    if (choices->split != UINT64_MAX && choices->output == NULL)
        return error_set(error, "--split needs a name for its files: -o FILE");
    if (format->directory && choices->output == NULL)
        return error_set(error, "%s is a directory and needs a name: -o DIRECTORY", format->name);
    if (format->binary && choices->output == NULL && isatty(STDOUT_FILENO))
        return error_set(error, "%s is not for a terminal: -o FILE", format->name);
    if (choices->nodes != UINT64_MAX && format->most_functions == 0)
        return error_set(error, "--nodes is for graphs: dot and mermaid");
    if (choices->per != 0 && !format->paths)
        return error_set(error, "--per thread is for folded; pprof has labels, formats of single calls tracks");
    if (choices->compress && strcmp(format->name, "perfetto") != 0)
        return error_set(error, "--compress is for perfetto");
    return choices->output != NULL ? tape_spare(choices->output, error) : 0;
}

/* ---- exporting --------------------------------------------------------------------------------------------------- */

static void say_least(const struct show *show, uint64_t least_ns, uint64_t events)
{
    char least[TEXT_NUMBER], kept[TEXT_NUMBER];
    if (least_ns != 0)
        cmd_say(show->verb, "note: the longest calls are written, those of %s and more: %s events",
                text_duration(least, least_ns, output_utf8(show->output)), text_count(kept, events));
}

static void say_left(const struct show *show, const struct export_format *format, const struct export_left *left)
{
    char count[TEXT_NUMBER], most[TEXT_NUMBER];
    uint64_t folded = left->folded;
    if (left->threads)
        cmd_say(show->verb, "note: threads are not told apart: that would be more than %s paths",
                text_count(most, PATHS_MOST_NODES));
    if (left->functions + left->edges != 0)
        cmd_say(show->verb, "note: left out of the graph: %zu function%s, %zu edge%s; --nodes says how much it shows",
                left->functions, left->functions == 1 ? "" : "s", left->edges, left->edges == 1 ? "" : "s");
    if (folded != 0)
        cmd_say(show->verb, "note: %s call%s deeper than %d levels or beyond %s paths: %s", text_count(count, folded),
                folded == 1 ? "" : "s", PATHS_MOST_DEPTH, text_count(most, PATHS_MOST_NODES),
                format->paths ? "summed up as " EXPORT_DEEPER : "in functions' sums, not in those of their callers");
}

/* Up to where viewers take it; UINT64_MAX: any size. */
static uint64_t most_for_viewers(const struct choices *choices)
{
    uint64_t most = choices->format->most_bytes;
    return most == 0 ? UINT64_MAX : choices->compress ? most / 10 : most;
}

/* False: viewers take as much. */
static bool say_size(const struct show *show, const struct choices *choices, uint64_t bytes, bool foretold)
{
    char size[TEXT_NUMBER], limit[TEXT_NUMBER];
    uint64_t most = most_for_viewers(choices);
    if (bytes <= most)
        return false;
    cmd_say(show->verb, "note: %s%s; viewers of %s give up at about %s: see --max-bytes, --split, --min-time",
            foretold ? "this will be about " : "this is ", text_bytes(size, bytes), choices->format->name,
            text_bytes(limit, most));
    return true;
}

/* Before it is written: writing what is too large takes long. */
static int foretell_size(const struct show *show, const struct choices *choices, const struct export_source *source,
                         bool *said, struct error *error)
{
    uint64_t bytes = 0;
    if (choices->format->most_bytes == 0)
        return 0;
    if (export_foretell(source, choices->format, &bytes, error) != 0)
        return -1;
    *said = say_size(show, choices, bytes, true);
    return 0;
}

static int write_whole(struct show *show, const struct choices *choices, const struct export_source *source,
                       struct sums *sums, uint64_t *events, struct error *error)
{
    const struct export_format *format = choices->format;
    struct export_target target = {.path = choices->output, .standard = show->output};
    bool said = false;
    struct export_left left = {0};
    int status = foretell_size(show, choices, source, &said, error);
    if (status == 0)
        status = format->kind == EXPORT_CALLS ? export_calls(source, format, &target, sums, events, error)
                                              : export_merged(source, format, &target, sums, &left, error);
    if (status == 0 && !said)
        say_size(show, choices, target.bytes, false);
    if (status == 0)
        say_left(show, format, &left);
    return status;
}

/* What the page shows is read before its file is opened. */
static int write_page(struct show *show, const struct choices *choices, struct sums *sums, struct error *error)
{
    struct export_target target = {.path = choices->output, .standard = show->output};
    uint64_t most_bytes = choices->limits.bytes != UINT64_MAX ? choices->limits.bytes : 0;
    struct pyramid *pyramid = page_pyramid(show->tape, show->chosen.all, true, error);
    bool good = pyramid != NULL && page_try(pyramid, show->labels, most_bytes, error) == 0;
    struct output *output = good ? export_open(&target, NULL, error) : NULL;
    int status = output != NULL ? page_write("export", pyramid, show->labels, most_bytes, output, error) : -1;
    if (output != NULL && export_close(&target, output, status == 0 ? error : NULL) != 0)
        status = -1;
    if (status == 0)
        *sums = *pyramid_sums(pyramid);
    else
        export_undo(&target, false);
    pyramid_close(pyramid);
    return status;
}

static int write_split(const struct show *show, const struct choices *choices, const struct export_source *source,
                       struct sums *sums, uint64_t *events, struct error *error)
{
    uint32_t files = 0;
    int status =
        export_split(source, choices->format, choices->output, tape_spare, choices->split, &files, sums, events, error);
    if (status == 0)
        cmd_say(show->verb, "%u file%s written", files, files == 1 ? "" : "s");
    return status;
}

static bool is_limited(const struct choices *choices)
{
    return choices->format->kind == EXPORT_CALLS &&
           (choices->limits.events != UINT64_MAX || choices->limits.bytes != UINT64_MAX);
}

static int export_it(struct show *show, const struct choices *choices, struct export_source *source,
                     struct error *error)
{
    struct sums sums;
    uint64_t events = 0, least_ns = 0;
    int status = 0;
    error->text[0] = '\0';
    if (is_limited(choices))
        status = export_limit(source, choices->format, &choices->limits, &least_ns, error);
    if (status == 0 && choices->format->kind == EXPORT_PAGE)
        status = write_page(show, choices, &sums, error);
    else if (status == 0 && choices->split != UINT64_MAX)
        status = write_split(show, choices, source, &sums, &events, error);
    else if (status == 0)
        status = write_whole(show, choices, source, &sums, &events, error);
    progress_end(&show->progress);
    if (status != 0)
        return error->text[0] == '\0' ? 0 : -1;
    say_least(show, least_ns, events);
    sums.exported = true;
    sums.waits_in = choices->format->waits_in;
    show_remarks(show, &sums);
    return 0;
}

static int export_shown(struct show *show, const struct choices *choices, struct error *error)
{
    struct overview overview;
    if (overview_make(&overview, show->tape, error) != 0)
        return -1;
    struct export_source source = {
        .tape = show->tape,
        .overview = &overview,
        .labels = show->labels,
        .choice = show->chosen.choice,
        .filtered = show->chosen.all != NULL,
        .raw = show->chosen.choice.raw,
        .compress = choices->compress,
        .per_thread = choices->per != 0,
        .most_functions = choices->nodes == UINT64_MAX  ? choices->format->most_functions
                          : choices->nodes < UINT32_MAX ? (uint32_t)choices->nodes
                                                        : UINT32_MAX,
        .watch = &show->watch,
    };
    int status = export_it(show, choices, &source, error);
    overview_free(&overview);
    return status;
}

int cmd_export(int argc, char **argv)
{
    static const char *const pers[] = {"all", "thread", NULL};
    struct choices choices = {.limits = {UINT64_MAX, UINT64_MAX}, .split = UINT64_MAX, .nodes = UINT64_MAX};
    struct cmd_display display = {.colour = OUTPUT_COLOUR_NEVER, .no_pager = true};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    struct error error;
    char help[MOST_HELP];
    int status;
    const struct option table[] = {
        {"to", 0, OPTION_STRING, &choices.to, "FORMAT", NULL, "one of those above"},
        {"output", 'o', OPTION_STRING, &choices.output, "FILE", NULL,
         "where to write (default, and -: standard output)"},
        {"max-events", 0, OPTION_COUNT, &choices.limits.events, "N", NULL,
         "at most N entries and exits: those of the longest calls"},
        {"max-bytes", 0, OPTION_COUNT, &choices.limits.bytes, "N", NULL,
         "at most N bytes (an end k, M or G multiplies), likewise;\nof html: how large the page may become (default "
         "8M)"},
        {"split", 0, OPTION_COUNT, &choices.split, "N", NULL,
         "several files of at most N bytes: FILE with .1, .2 and so\non before its ending"},
        {"per", 0, OPTION_CHOICE, &choices.per, "", pers,
         "folded: a root frame for each thread (default all\ntogether)"},
        {"compress", 0, OPTION_FLAG, &choices.compress, NULL, NULL, "perfetto: compressed packets"},
        {"nodes", 0, OPTION_COUNT, &choices.nodes, "N", NULL, "dot, mermaid: the N functions with the largest totals"},
        CMD_RAW_OPTION(&filter.raw),
    };
    struct usage usage = {
        .verb = "export",
        .operands = "--to FORMAT [OPTION]... [TAPE]",
        .about = help,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .spelling = &spelling,
        .filter = &filter,
    };
    write_about(help);
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (choices.output != NULL && strcmp(choices.output, "-") == 0)
        choices.output = NULL;
    if (find_format(&choices, &error) != 0 || check_numbers(&choices, &error) != 0 ||
        check_choices(&choices, &error) != 0)
        return cmd_wrong_usage(usage.verb, &error);
    struct show show;
    usage.display = &display;
    if (!show_open(&show, &usage, argc, argv, &status))
        return status;
    return show_close(&show, export_shown(&show, &choices, &error) == 0 ? 0 : cmd_fail(usage.verb, &error));
}
