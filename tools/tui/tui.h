/* The terminal's view of a recording: report, tree, callers, replay and histogram, with the figures of those verbs. */
#ifndef CALLTAPE_TUI_TUI_H
#define CALLTAPE_TUI_TUI_H

#include "analyze/labels.h"
#include "emit/names.h"

struct tui_source {
    struct tape *tape;
    const struct labels *labels;
    struct shown_names *names;
    const struct filter_choice *choice; /* NULL: all calls */
    bool raw, colour;
    /* Sets `choice` anew: a function's or a thread's name, as of the filters of the command line; "": all, NULL: as it
     * is. -1 with the error set: nothing has changed. */
    int (*choose)(void *context, const char *function, const char *thread, struct error *error);
    void *context;
};

/* Until the user leaves. -1 with the error set. */
int tui_run(struct tui_source *source, struct error *error);

#endif
