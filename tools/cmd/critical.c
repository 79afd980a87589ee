#include "emit/critical.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cmd/display.h"
#include "cmd/filter_names.h"

static const char about[] = "What decided how long a thread took: the main thread from its start to its end, or what\n"
                            "--thread, --range and --call say. It goes back from the end. Where the thread had waited\n"
                            "for another one it goes on there, from the moment at which that one let it go on: gave\n"
                            "back the lock, signalled, posted, ended, or created the thread. So each instant of the\n"
                            "elapsed time belongs to one thread, and there to one function. Making another function\n"
                            "faster does not make the whole faster.\n"
                            "\n"
                            "The tape must have been recorded with `record --waits`; programs that synchronise by\n"
                            "means of their own say so by calltape_wait_begin, calltape_wait_end and calltape_wake of\n"
                            "calltape.h. The last wake of an object within a wait is taken for what ended it. Self\n"
                            "time of [wait: mutex] and the like is what passed from there until the thread ran, and\n"
                            "waits for which no wake was recorded; the foot says how much the latter are.\n"
                            "\n"
                            "The first table has the elapsed time by function, to which it sums. The second has the\n"
                            "stretches, in time's order, or the longest of them: when each began, in which thread,\n"
                            "out of which wait, and which function took most of it.\n"
                            "\n"
                            "--thread and --range choose the time that is explained. There are no other filters: what\n"
                            "they left out would be missing from it.\n"
                            "\n"
                            "What recording itself cost is shown in a row of its own, as costs are means; --raw\n"
                            "leaves it in the functions where it arose. Memory is bounded: of more than a million\n"
                            "waits the shortest are left out, which is said.\n";

static const char examples[] = "  calltape record --waits -- ./prog\n"
                               "  calltape critical                          from the program's start to its end\n"
                               "  calltape critical --call handle_request    the longest call of this function\n"
                               "  calltape critical --thread 4711 --range 2s..3s x.tape\n"
                               "  calltape critical --format json | jq '.segments[].thread_name'\n";

enum { SHOWN = 20 };

struct choices {
    int format;
    uint64_t limit;
    bool raw;
    struct option_list calls;
};

/* By function id, to be freed; NULL with *status 0 where no function is asked for. */
static uint8_t *find_functions(const struct show *show, const struct choices *choices, int *status, struct error *error)
{
    struct filter_names names;
    uint32_t count;
    tape_functions(show->tape, &count);
    *status = 0;
    if (choices->calls.count == 0)
        return NULL;
    uint8_t *matches = calloc(count + (size_t)1, 1);
    if (matches == NULL) {
        *status = 1;
        error_set(error, "out of memory for %u functions", count);
        return NULL;
    }
    if ((*status = filter_names_make(&names, show->tape, show->labels, error)) != 0)
        return matches;
    *status = filter_names_match(&names, "call", &choices->calls, FILTER_FUNCTIONS, matches, error);
    filter_names_free(&names);
    return matches;
}

/* The one thread that was named; that --call chooses among several is no mistake. */
static int choose_thread(struct critical_choice *choice, const struct filter_choice *filter, bool named,
                         struct error *error)
{
    choice->asked = (struct stretch){CT_NONE, filter->from_ticks, filter->to_ticks};
    choice->where = filter;
    if (choice->functions != NULL || !named)
        return 0;
    if (filter->thread_count != 1) {
        error_set(error,
                  "option --thread: %u threads have that name; give the number of one, as `calltape info` has it",
                  filter->thread_count);
        return 2;
    }
    choice->asked.thread = filter->threads[0];
    return 0;
}

static int show_critical(struct show *show, const struct critical_choice *choice, const struct choices *choices)
{
    struct error error;
    struct critical critical;
    uint32_t count;
    int status = critical_make(&critical, show->tape, choice, &error);
    progress_end(&show->progress);
    const struct critical_view view = {&critical, tape_threads(show->tape, &count), show->labels, show->names,
                                       choices->limit != 0 ? (size_t)choices->limit : SIZE_MAX};
    if (status == 0 && choices->format == FORMAT_TEXT)
        critical_text(show->output, &view);
    else if (status == 0)
        critical_json(show->output, &view);
    if (status == 0 && choices->format != FORMAT_TEXT)
        show_remarks(show, &critical.sums);
    critical_free(&critical);
    return status == 0 ? 0 : cmd_fail(show->verb, &error);
}

static int run(struct show *show, const struct cmd_filter *filter, const struct choices *choices)
{
    struct error error;
    int status = filter_resolve(&show->chosen, filter, show->tape, show->labels, &error);
    struct critical_choice choice = {.raw = choices->raw, .watch = &show->watch};
    uint8_t *functions = status == 0 ? find_functions(show, choices, &status, &error) : NULL;
    choice.functions = functions;
    if (status == 0)
        status = choose_thread(&choice, &show->chosen.choice, filter->threads.count != 0, &error);
    if (status == 0)
        status = show_critical(show, &choice, choices);
    else
        status = status == 2 ? cmd_wrong_usage(show->verb, &error) : cmd_fail(show->verb, &error);
    free(functions);
    return status;
}

int cmd_critical(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", NULL};
    struct choices choices = {.limit = UINT64_MAX};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    int status;
    const struct option table[] = {
        {"thread", 't', OPTION_LIST, &filter.threads, "THREAD", NULL,
         "of this thread, by name or number, from its start to its end"},
        {"range", 0, OPTION_STRING, &filter.range, "FROM..TO", NULL,
         "of this part of its time: 2.5s..3s, 50%..60%, 10ms.."},
        {"call", 'c', OPTION_LIST, &choices.calls, "FUNCTION", NULL,
         "of the longest call of this function, in any thread or in those\nnamed"},
        {"limit", 'l', OPTION_COUNT, &choices.limit, "N", NULL,
         "show the first N functions and the N longest stretches (0: all;\ndefault 20, all with --format json)"},
        CMD_RAW_OPTION(&choices.raw),
        {"format", 'f', OPTION_CHOICE, &choices.format, "", formats,
         "tables for people, or an object; times in nanoseconds"},
    };
    const struct usage usage = {
        .verb = "critical",
        .operands = "[OPTION]... [TAPE]",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .display = &display,
        .spelling = &spelling,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    struct show show;
    if (choices.limit == UINT64_MAX)
        choices.limit = choices.format == FORMAT_TEXT ? SHOWN : 0;
    if (!show_open(&show, &usage, argc, argv, &status))
        return status;
    return show_close(&show, run(&show, &filter, &choices));
}
