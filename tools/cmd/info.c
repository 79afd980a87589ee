#include "emit/info.h"

#include "cmd/cmd.h"
#include "cmd/display.h"

static const char about[] = "What a tape says of itself: the program and where it ran, its processes, threads and\n"
                            "modules, how much was recorded and what is missing. Its events are read only where\n"
                            "the program told of itself (calltape.h) or arguments were recorded, for what these\n"
                            "values come to.\n"
                            "\n"
                            "With --format json, one object: events, calls, lost_events, threads, processes,\n"
                            "functions, duration_ns, size_bytes, bytes_per_event, clock, timed_events (those\n"
                            "that carry a time of their own), finished, damaged,\n"
                            "command (an array of words), directory, host, machine, kernel, start (ISO 8601,\n"
                            "UTC), version, process_list, thread_list, modules, unrecorded (calls of\n"
                            "functions that record left out: function, module, file, line, calls), values\n"
                            "(of a function: function, module, file, line; name, kind, values: how many,\n"
                            "least, most, last; of frames: frames, frames_ns, longest_ns), damage, notes.\n";

static const char examples[] = "  calltape info x.tape\n"
                               "  calltape info --format json x.tape | jq '.calls'\n";

int cmd_info(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", NULL};
    int format = FORMAT_TEXT, status = 0;
    struct cmd_display display = {0};
    const struct option table[] = {
        {"format", 'f', OPTION_CHOICE, &format, "", formats, "text for people, or one object"},
    };
    const struct usage usage = {
        .verb = "info",
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
    struct overview overview;
    struct told told;
    if (overview_make(&overview, show.tape, &error) != 0)
        return show_close(&show, cmd_fail(usage.verb, &error));
    overview_costs(&overview, show.tape);
    int made = told_make(&told, show.tape, &error);
    sums_damages(&overview.sums, show.tape);
    if (made != 0)
        status = cmd_fail(usage.verb, &error);
    else if (format == FORMAT_TEXT)
        info_text(show.output, &overview, &told);
    else
        info_json(show.output, &overview, &told);
    told_free(&told);
    overview_free(&overview);
    return show_close(&show, status);
}
