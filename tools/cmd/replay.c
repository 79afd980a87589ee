#include "emit/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/display.h"

static const char about[] = "The calls one after the other, as they happened: when, in which thread, what, and\n"
                            "at the right how long it took, what it called included. A call that called nothing\n"
                            "is one line; any other has a line where it begins and one where it ends, with its\n"
                            "duration. What repeats at once, a call with all the calls in it, is shown once, with\n"
                            "a count and the time of all together. All threads are shown in the order of time\n"
                            "unless --thread picks one. With --format json every call is told by itself.\n"
                            "\n"
                            "Said where it happens: calls that ended by a jump (longjmp, an exception), calls\n"
                            "that never ended, frames inherited through a fork, switches between stacks, waits\n"
                            "for the recorder (in no call's duration), lost events and damage.\n"
                            "\n" CMD_TIMES_HELP "\n"
                            "Here ~ marks every duration of which one end or both carry no time. Times of day at\n"
                            "the left are as the clock had them: what recording cost is still between them.\n";

static const char examples[] = "  calltape replay                        the newest tape here\n"
                               "  calltape replay --thread worker x.tape threads of that name\n"
                               "  calltape replay --depth 3 --limit 100  the outermost levels, 100 lines\n"
                               "  calltape replay --format json | grep '\"jumped\"'\n";

struct choices {
    int format;
    const char *thread;
    uint64_t depth, limit;
    bool all; /* lines: fold nothing */
    bool raw, bounds;
};

/* The threads of that tid, else of that name, else the one of that index ("#3" is always an index). */
static bool is_wanted(const struct tape_thread *thread, uint32_t index, const char *wanted, int pass)
{
    char *end;
    unsigned long number = strtoul(wanted + (*wanted == '#'), &end, 10);
    bool is_number = *end == '\0' && end != wanted + (*wanted == '#');
    switch (pass) {
    case 0:
        return *wanted == '#' && is_number && number == index;
    case 1:
        return is_number && number == thread->tid;
    case 2:
        return thread->name != NULL && strcmp(thread->name, wanted) == 0;
    default:
        return is_number && number == index;
    }
}

static size_t choose_threads(const struct tape *tape, const char *wanted, uint32_t *chosen)
{
    uint32_t count;
    size_t found = 0;
    const struct tape_thread *threads = tape_threads(tape, &count);
    for (int pass = 0; found == 0 && pass < (wanted != NULL ? 4 : 1); pass++)
        for (uint32_t i = 0; i < count; i++)
            if (wanted == NULL || is_wanted(&threads[i], i, wanted, pass))
                chosen[found++] = i;
    return found;
}

static int play(struct show *show, const struct choices *choices, const uint32_t *threads, size_t count,
                struct error *error)
{
    struct overview overview;
    struct sums sums;
    if (overview_make(&overview, show->tape, error) != 0)
        return -1;
    struct replay replay = {
        .output = show->output,
        .overview = &overview,
        .labels = show->labels,
        .names = show->names,
        .bounds = choices->bounds,
        .most_lines = choices->limit != 0 ? choices->limit : UINT64_MAX,
    };
    const struct timeline_choice choice = {
        .threads = threads,
        .count = count,
        .depth = choices->depth < UINT32_MAX ? (uint32_t)choices->depth : UINT32_MAX,
        .fold = !choices->all && choices->format == FORMAT_TEXT,
        .raw = choices->raw,
    };
    bool text = choices->format == FORMAT_TEXT;
    replay_start(&replay, threads, count);
    int status = timeline_play(show->tape, &choice, text ? replay_text : replay_json, &replay, &sums, error);
    if (status == 0 && text)
        replay_foot(&replay, &sums);
    else if (status == 0)
        show_remarks(show, &sums);
    overview_free(&overview);
    return status;
}

static int replay_threads(struct show *show, const struct choices *choices)
{
    struct error error;
    uint32_t count;
    char safe[200];
    tape_threads(show->tape, &count);
    uint32_t *threads = malloc((count + (size_t)1) * sizeof *threads);
    if (threads == NULL) {
        error_set(&error, "out of memory for %u threads", count);
        return cmd_fail(show->verb, &error);
    }
    size_t chosen = choose_threads(show->tape, choices->thread, threads);
    int status = 0;
    if (chosen == 0 && choices->thread != NULL) {
        text_escape(safe, sizeof safe, choices->thread, true);
        status = error_set(&error, "no thread has the tid, the name or the index '%s'; calltape info lists them", safe);
    } else {
        status = play(show, choices, threads, chosen, &error);
    }
    free(threads);
    return status == 0 ? 0 : cmd_fail(show->verb, &error);
}

int cmd_replay(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", NULL};
    struct choices choices = {
        .depth = UINT64_MAX,
    };
    struct cmd_display display = {0};
    int status;
    const struct option table[] = {
        {"thread", 't', OPTION_STRING, &choices.thread, "THREAD", NULL,
         "only threads of this tid or name, or the one of\nthis index (#0 is the first)"},
        {"depth", 'd', OPTION_COUNT, &choices.depth, "N", NULL, "show the outermost N levels only"},
        {"limit", 'l', OPTION_COUNT, &choices.limit, "N", NULL, "stop after N lines (0: never)"},
        {"all", 'a', OPTION_FLAG, &choices.all, NULL, NULL, "a line for every call: fold no repetitions"},
        CMD_RAW_OPTION(&choices.raw),
        CMD_BOUNDS_OPTION(&choices.bounds),
        {"format", 'f', OPTION_CHOICE, &choices.format, "", formats,
         "lines for people, or one object a line with times\nin nanoseconds"},
    };
    const struct usage usage = {
        .verb = "replay",
        .operands = "[OPTION]... [TAPE]",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .display = &display,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    struct show show;
    if (!show_open(&show, &usage, argc, argv, &status))
        return status;
    return show_close(&show, replay_threads(&show, &choices));
}
