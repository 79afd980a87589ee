#include "emit/replay.h"

#include "cmd/cmd.h"
#include "cmd/display.h"

static const char about[] = "The calls one after the other, as they happened: when, in which thread, what, and\n"
                            "at the right how long it took, what it called included. A call that called nothing\n"
                            "is one line; any other has a line where it begins and one where it ends, with its\n"
                            "duration. What repeats at once, a call with all the calls in it, is shown once, with\n"
                            "a count and the time of all together. All threads are shown in the order of time\n"
                            "unless --thread picks one. With --format json every call is told by itself.\n"
                            "\n"
                            "What was recorded of a call stands behind its name: arguments (n=3), its result = 7,\n"
                            "and what the program noted of it (calltape.h), rows=5. Messages (#), counters and\n"
                            "frames have lines of their own.\n"
                            "\n"
                            "Said where it happens: calls that ended by a jump (longjmp; an exception, where the\n"
                            "compiler does not call the exit hooks: clang; g++ does), calls\n"
                            "that never ended, frames inherited through a fork, switches between stacks, waits\n"
                            "for calltape's recorder (in no call's duration), lost events and damage.\n"
                            "\n" CMD_TIMES_HELP "\n"
                            "Here ~ marks every duration of which one end or both carry no time, and < a long one\n"
                            "of which as much is said to be recording's: it is less than that. Times of day at\n"
                            "the left are as the clock had them: what recording cost is still between them.\n";

static const char examples[] = "  calltape replay                        the newest tape here\n"
                               "  calltape replay --thread worker x.tape threads of that name\n"
                               "  calltape replay --depth 3 --limit 100  the outermost levels, 100 lines\n"
                               "  calltape replay --format json | grep '\"jumped\"'\n";

struct choices {
    int format;
    uint64_t limit;
    bool all; /* lines: fold nothing */
    bool bounds;
};

static int play(struct show *show, const struct choices *choices, struct error *error)
{
    struct overview overview;
    struct sums sums;
    if (overview_make(&overview, show->tape, error) != 0)
        return -1;
    uint32_t key_count;
    struct replay replay = {
        .output = show->output,
        .overview = &overview,
        .keys = tape_keys(show->tape, &key_count),
        .labels = show->labels,
        .names = show->names,
        .bounds = choices->bounds,
        .most_lines = choices->limit != 0 ? choices->limit : UINT64_MAX,
    };
    const struct timeline_choice choice = {
        .filter = show->chosen.all,
        .fold = !choices->all && choices->format == FORMAT_TEXT,
        .raw = show->chosen.choice.raw,
    };
    bool text = choices->format == FORMAT_TEXT;
    replay_start(&replay, show->chosen.threads, show->chosen.choice.thread_count);
    int status = timeline_play(show->tape, &choice, text ? replay_text : replay_json, &replay, &sums, error);
    if (status == 0 && text)
        replay_foot(&replay, &sums);
    else if (status == 0)
        show_remarks(show, &sums);
    overview_free(&overview);
    return status;
}

int cmd_replay(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", NULL};
    struct choices choices = {0};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    int status;
    const struct option table[] = {
        {"limit", 'l', OPTION_COUNT, &choices.limit, "N", NULL, "stop after N lines (0: never)"},
        {"all", 'a', OPTION_FLAG, &choices.all, NULL, NULL, "a line for every call: fold no repetitions"},
        CMD_RAW_OPTION(&filter.raw),
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
        .spelling = &spelling,
        .filter = &filter,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    struct show show;
    if (!show_open(&show, &usage, argc, argv, &status))
        return status;
    struct error error;
    return show_close(&show, play(&show, &choices, &error) == 0 ? 0 : cmd_fail(usage.verb, &error));
}
