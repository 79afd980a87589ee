/* The calls of a tape one at a time, as they are asked for: what a cursor over the table `calls` reads. Calls come
 * thread by thread, in the order in which they end or, where nothing is asked that only the end tells, begin.
 *
 * Reading begins as near before the first call that is wanted as the tape allows, and ends as soon as none can follow.
 * Memory goes with the depth of the open calls. */
#ifndef CALLTAPE_QUERY_STREAM_H
#define CALLTAPE_QUERY_STREAM_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "calls/filter.h"
#include "calls/kept.h"

struct stream_row {
    uint64_t number, parent;   /* entries of the thread, from 1; 0: none */
    uint32_t function, caller; /* the parent's function; 0 where there is no parent */
    uint32_t thread, depth;
    uint32_t flags; /* enum call_flag; with stream_choice.begins as the beginning tells them */
    uint64_t stack, start_ticks;
    uint64_t end_ticks, total_ticks, self_ticks, slack_ticks; /* these: not with stream_choice.begins */
    uint64_t total_cost, self_cost;                           /* 1/16 ticks */
    struct kept_value *values;                                /* with stream_choice.values; the stream's */
};

/* All of it holds for each call that comes. */
struct stream_choice {
    const struct filter_choice *filter; /* of the command line: NULL: none */
    uint32_t thread, process;           /* CT_NONE: any */
    const uint8_t *functions;           /* by id, those wanted are not 0; NULL: all */
    uint64_t number;                    /* 0: any */
    uint64_t start_from, start_to;      /* ticks, both within */
    uint64_t end_from, end_to;          /* likewise */
    bool begins;                        /* what only the end tells is not needed */
    bool values;                        /* what was told of the calls is; not with `begins` */
};

extern const struct stream_choice stream_everything;

struct stream;

/* What `choice` points at must outlive the stream. *stop, once not 0, makes stream_next fail. */
struct stream *stream_open(struct tape *tape, const struct stream_choice *choice, const volatile sig_atomic_t *stop,
                           struct error *error);
void stream_close(struct stream *stream); /* NULL is allowed */

/* 1: *row is the next call, until the next one is asked for; 0: there is none; -1: the error is set. */
int stream_next(struct stream *stream, const struct stream_row **row, struct error *error);

#endif
