/* What the verbs that show an analysis share. */
#ifndef CALLTAPE_CMD_DISPLAY_H
#define CALLTAPE_CMD_DISPLAY_H

#include <stdint.h>

#include "analyze/labels.h"
#include "analyze/sums.h"
#include "base/progress.h"
#include "cmd/cmd.h"
#include "cmd/filter.h"
#include "emit/names.h"

/* Values of --format, in this order in each verb's choices. */
enum cmd_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV };

/* What all that print durations say of them. */
#define CMD_TIMES_HELP                                                                                                 \
    "Times are elapsed times: sleeping, or waiting for a lock or a thread, is self time of\n"                          \
    "what waits. Waiting for calltape's recorder is no call's time, nor is time in which the\n"                        \
    "system ran something else though the thread wanted to go on, for half a millisecond or\n"                         \
    "more. What recording itself cost, as measured while the program ran, is taken out of\n"                           \
    "all durations; --raw leaves it in. Costs are means: a sum over many calls is right, a\n"                          \
    "single short call may be off, and is 0 where it took less than its cost; a total is\n"                            \
    "shown as no less than its longest call. Where the adaptive clock recorded, not every\n"                           \
    "event carries a time: those between are given one by how long they take otherwise, and\n"                         \
    "~ marks what hangs on it. Each lies within its run, the time between two that were\n"                             \
    "read; --bounds shows how far off durations may be for it, at most.\n"

#define CMD_RAW_OPTION(raw)                                                                                            \
    {                                                                                                                  \
        "raw", 'R', OPTION_FLAG, raw, NULL, NULL, "leave in durations what recording itself cost"                      \
    }
#define CMD_BOUNDS_OPTION(bounds)                                                                                      \
    {                                                                                                                  \
        "bounds", 'b', OPTION_FLAG, bounds, NULL, NULL, "show how far off durations may be where events carry no time" \
    }

/* The tape, the output and the names of functions of one verb. */
struct show {
    const char *verb;
    struct tape *tape;
    struct output *output;
    struct labels *labels;
    struct shown_names *names;
    struct chosen chosen; /* by the filters */
    struct progress progress;
    struct calls_watch watch; /* feeds `progress` */
};

/* Opens the tape of the operands and all else. False: an error was printed and *status is the exit status. */
bool show_open(struct show *show, const struct usage *usage, int argc, char **argv, int *status);
/* Closes all; returns the exit status: `status`, or 1 where the output could not be written. */
int show_close(struct show *show, int status);

/* What a reader of JSON or CSV must know, on standard error. */
void show_remarks(const struct show *show, const struct sums *sums);

#endif
