/* One of Chrome's trace events, as far as calls go.
 * docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
#ifndef CALLTAPE_IMPORT_CHROME_EVENT_H
#define CALLTAPE_IMPORT_CHROME_EVENT_H

#include "import/json_reader.h"
#include "import/told.h"

struct chrome_event {
    char kind;              /* "ph" */
    bool named, timed;      /* it has a name, a time */
    uint64_t ns, length_ns; /* "ts", "dur" */
    uint32_t pid, tid;      /* texts are made numbers */
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
