/* One of Chrome's trace events, as far as calls go.
 * docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
#ifndef CALLTAPE_IMPORT_CHROME_EVENT_H
#define CALLTAPE_IMPORT_CHROME_EVENT_H

#include "import/json_reader.h"
#include "import/told.h"

/* Of a process or a thread: a number of 32 bits, or whatever else it is as a text. */
struct chrome_id {
    uint64_t number; /* of a text its checksum */
    bool plain;
    char text[64]; /* "" where it is plain */
};

struct chrome_event {
    char kind;              /* "ph" */
    bool named, timed;      /* it has a name, a time */
    bool untimely;          /* "ts" or "dur" are below 0, beyond what a tape holds, or no numbers */
    uint64_t ns, length_ns; /* "ts", "dur" */
    struct chrome_id pid, tid;
    char name[2048];
    char value[1024]; /* "name" of its "args": what a metadata event names */
    char place[1024]; /* "at" of its "args": FILE:LINE, as calltape writes it */
    bool inherited;   /* it began before what was recorded, likewise */
    uint64_t untold;  /* values of its "args" that are not in */
    struct told_values told;
};

/* Of the object that the reader has just begun. -1: the error is set. */
int chrome_event_read(struct json_reader *reader, struct chrome_event *event);

#endif
