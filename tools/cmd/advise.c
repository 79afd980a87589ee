/* calltape advise: what not to trace. */
#include <stdlib.h>

#include "analyze/advice.h"
#include "cmd/cmd.h"
#include "cmd/display.h"
#include "cmd/repack.h"
#include "emit/advice.h"

static const char about[] = "Which functions cost more to trace than they tell, what leaving them out of the next\n"
                            "recording saves, and the compiler's flags that do it.\n"
                            "\n"
                            "  cost     what recording the function's own calls cost, and 2.3 ns an event for what\n"
                            "           that does to the program; cost% is its share of all. It is saved.\n"
                            "  self, total   time in the function without and with what it called.\n"
                            "  tape     bytes of the tape: what is left is packed again to see how many it takes.\n"
                            "\n"
                            "A function is advised where its cost is more than its total, which is less than\n"
                            "--keep PERCENT of the traced time, and more than one event in a thousand is its own.\n"
                            "First come those that cost most beyond what they tell: small ones, often called.\n"
                            "Without them their time is self time of their callers. The number of events that are\n"
                            "saved is exact for the same run; times and bytes are foretold from it. There are no\n"
                            "filters: a recording is made anew as a whole.\n"
                            "\n"
                            "gcc's -finstrument-functions-exclude-function-list= matches any part of the name that\n"
                            "people read, in C++ with scope and template arguments and without parameters. Only\n"
                            "words that take no other function of this tape stand in it; functions that were not\n"
                            "called here may still be taken. A function whose word would take others is left out\n"
                            "by its file, if all functions of that file that were called are advised, else by an\n"
                            "attribute. Give the flags beside -finstrument-functions, or to calltape cc:\n"
                            "they add to those that it gives itself. clang has no such flags: all functions are\n"
                            "listed by file and line for __attribute__((no_instrument_function)).\n";

static const char examples[] = "  calltape advise                  of the newest tape here\n"
                               "  calltape advise --limit 5 x.tape   five functions only, the best to leave out\n"
                               "  make CC='calltape cc gcc' CFLAGS=\"-O2 $(calltape advise -f json |\n"
                               "      jq -r '.gcc_flags[]' | tr '\\n' ' ')\"\n";

/* What packing tells is compared with like; of a tape that packed better there is less to save. */
static uint64_t saved(uint64_t tape, uint64_t whole, uint64_t left)
{
    uint64_t difference = whole > left ? whole - left : 0;
    uint64_t share = whole != 0 ? (uint64_t)((double)tape * (double)difference / (double)whole) : 0;
    return share < difference ? share : difference;
}

static double ticks_of(const struct tape *tape, double ns)
{
    const struct tape_session *session = tape_session(tape);
    uint64_t lasted = tape_ns(tape, session->end_ticks);
    return lasted != 0 ? ns * (double)(session->end_ticks - session->start_ticks) / (double)lasted : 0;
}

static int pack_again(struct advice *advice, struct tape *tape, bool *left_out, struct repack_clock *clock,
                      struct error *error)
{
    uint64_t whole, without_lists, without_all, bytes = advice->whole.bytes;
    if (repacked_whole(tape, left_out, clock, &whole, error) != 0)
        return -1;
    advice_mark(advice, true, left_out);
    if (repacked_without(tape, left_out, clock, &without_lists, error) != 0)
        return -1;
    advice_mark(advice, false, left_out);
    without_all = without_lists;
    if (advice->all.events != advice->by_lists.events &&
        repacked_without(tape, left_out, clock, &without_all, error) != 0)
        return -1;
    advice_set_bytes(advice, saved(bytes, whole, without_all), saved(bytes, whole, without_lists));
    return 0;
}

static int find_bytes(struct advice *advice, struct tape *tape, bool *left_out, struct error *error)
{
    struct repack_clock clock = {
        .timed_cost = ticks_of(tape, advice_event_ns(advice, true)),
        .untimed_cost = ticks_of(tape, advice_event_ns(advice, false)),
    };
    int status = pack_again(advice, tape, left_out, &clock, error);
    repack_free(&clock);
    return status;
}

static int make(struct advice *advice, const struct show *show, uint64_t limit, double keep, struct error *error)
{
    uint32_t functions;
    if (advice_make(advice, show->tape, limit, keep, show->labels, &show->watch, error) != 0)
        return -1;
    if (advice->count == 0)
        return 0;
    tape_functions(show->tape, &functions);
    bool *left_out = calloc(functions, sizeof *left_out);
    int status = left_out != NULL ? find_bytes(advice, show->tape, left_out, error)
                                  : error_set(error, "out of memory for %u functions", functions);
    free(left_out);
    return status;
}

int cmd_advise(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", NULL};
    int format = FORMAT_TEXT, status;
    uint64_t limit = 20;
    double keep = 5;
    struct cmd_display display = {0};
    const struct option table[] = {
        {"keep", 'k', OPTION_REAL, &keep, "PERCENT", NULL,
         "keep functions that took PERCENT or more of the\ntraced time (default 5)"},
        {"limit", 'l', OPTION_COUNT, &limit, "N", NULL, "advise the first N functions only (default 20; 0: all)"},
        {"format", 'f', OPTION_CHOICE, &format, "", formats, "a table and flags for people, or an object"},
    };
    const struct usage usage = {
        .verb = "advise",
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
    struct error error;
    struct advice advice;
    limit = limit != 0 ? limit : UINT64_MAX;
    status = make(&advice, &show, limit, keep, &error);
    progress_end(&show.progress);
    if (status != 0) {
        status = cmd_fail(usage.verb, &error);
    } else if (format == FORMAT_TEXT) {
        advice_text(show.output, &advice, show.labels, show.names);
    } else {
        advice_json(show.output, &advice, show.labels);
        show_remarks(&show, &advice.profile.sums);
    }
    advice_free(&advice);
    return show_close(&show, status);
}
