/* Which functions cost more to trace than they tell, and what a recording without them would save.
 *
 * A function tells where time went: its total, with what it called. Recording its calls costs what their events cost
 * on the mean. Where the latter is more, and the total no large part of the traced time, it is advised to leave the
 * function out; first those that cost most beyond what they tell, which are small ones that are called often. Without
 * them their time is their callers' self time. */
#ifndef CALLTAPE_ANALYZE_ADVICE_H
#define CALLTAPE_ANALYZE_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "analyze/profile.h"

/* What leaves a function out. */
enum advice_way {
    ADVICE_BY_NAME,      /* its name in gcc's list of functions */
    ADVICE_BY_FILE,      /* its file's name in gcc's list of files */
    ADVICE_BY_ATTRIBUTE, /* no list, for it would take other functions too */
};

struct saving {
    uint64_t events;
    uint64_t ns;    /* that the events cost: calling the hooks, and recording */
    uint64_t bytes; /* of the tape */
};

enum { ADVICE_OTHERS = 3 };

struct advice_row {
    const struct profile_row *profile;
    struct saving saving;
    enum advice_way way;
    char *word;                     /* of its name (gcc_names.h) */
    const char *file;               /* its name without directories; "": not known */
    bool listed;                    /* the list names `word`, or `file`; else another row's there does for it */
    uint32_t others[ADVICE_OTHERS]; /* functions that `word` would leave out as well, which are to stay; */
    size_t others_count;            /* so many, of which the first are named */
};

struct advice {
    struct advice_row *rows;
    size_t count;
    struct saving whole;    /* all of the tape */
    struct saving all;      /* of all rows */
    struct saving by_lists; /* of those that gcc's lists leave out */
    struct profile profile;
};

/* At most `limit` functions, none that takes `keep_percent` of the traced time or more. Labels must hold full names.
 * advice_free is due in any case. */
int advice_make(struct advice *advice, struct tape *tape, uint64_t limit, double keep_percent,
                const struct labels *labels, const struct calls_watch *watch, struct error *error);
/* Marks, by function (tape_function.same), all that are advised, or those of them that gcc's lists leave out. */
void advice_mark(const struct advice *advice, bool by_lists, bool *left_out);
/* What an event costs that was recorded with its time, or without. 0: the tape does not tell. */
double advice_event_ns(const struct advice *advice, bool timed);
/* Tells how many bytes these save; the rows get their share of it. Until then all bytes are 0. */
void advice_set_bytes(struct advice *advice, uint64_t all, uint64_t by_lists);
void advice_free(struct advice *advice);

#endif
