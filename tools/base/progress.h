/* How far a long analysis has come, said on a terminal's standard error after a second, erased when done. */
#ifndef CALLTAPE_BASE_PROGRESS_H
#define CALLTAPE_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; /* "reading": a literal */
    uint64_t total;   /* 0: not known */
    uint64_t done, next_look;
    int64_t started_ms, said_ms;
    bool shown, terminal;
};

void progress_start(struct progress *progress, const char *what, uint64_t total);
/* Cheap enough for every event: the clock is looked at now and then only. */
void progress_add(struct progress *progress, uint64_t more);
/* The same of a struct progress, for those that tell how many events were read; returns 0. */
int progress_count(void *progress, uint64_t more);
void progress_end(struct progress *progress);

#endif
