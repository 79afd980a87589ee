/* Recordings of other tools as tapes. Input is hostile: whatever the bytes, there is a tape or an error that names file
 * and place. Memory goes with the number of functions, processes and threads, not with that of events. */
#ifndef CALLTAPE_IMPORT_IMPORT_H
#define CALLTAPE_IMPORT_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What a user must be told of what was read. */
struct import_notes {
    uint64_t calls, lost;
    uint64_t unpaired;        /* exits without an entry */
    uint64_t skipped;         /* events that a tape has no place for: flows, objects, asynchronous ones */
    uint64_t crossing;        /* calls that ended with one around them, having no end, or for want of room beside it */
    uint64_t beside;          /* calls that overlap another without lying in it: in threads of their own */
    uint64_t renamed;         /* processes and threads whose ids are no numbers of 32 bits: these are names */
    uint64_t untimely;        /* events left out for their times */
    uint64_t untimely_offset; /* of the first of them */
    uint64_t inherited;       /* calls of before what was recorded, which are not counted as calls */
    uint64_t untold;          /* values left out: nested ones, null, too many */
    bool unended;             /* the array of events has no end, which the format allows */
};

/* uftrace's directory (`uftrace record -d DIRECTORY`). */
int import_uftrace(const char *directory, const char *output, struct import_notes *notes, struct error *error);
/* Chrome's trace events as JSON. */
int import_chrome(const char *path, const char *output, struct import_notes *notes, struct error *error);

#endif
