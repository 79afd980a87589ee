/* Making a whole tape of what a killed recorder, or a run without one, left: PATH.part (a tape without its end) and
 * PATH.arena, or a damaged tape, or an arena alone. */
#ifndef CALLTAPE_TAPE_RECOVER_H
#define CALLTAPE_TAPE_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Names to be stored; called once for each recovered recording, before its end is written. The symbol stage provides
 * it (recovery must not know it). May be NULL. */
struct writer;
struct tape;
typedef int recover_names(struct writer *writer, struct tape *without_names, void *context);

struct recover_result {
    uint64_t events, entries, lost_events, damaged_sections;
    bool still_recording; /* a recorder or program holds it; what is written so far was taken */
};

/* Writes `out`, which must not exist yet, from whatever of path, path.part and path.arena exists. Never changes its
 * inputs. On failure `out` is removed again. */
int recover(const char *path, const char *out, recover_names *names, void *context, struct recover_result *result,
            struct error *error);

/* -1 with the error set: a tape, or an arena, stands at `path`, which an output must not replace. */
int tape_spare(const char *path, struct error *error);

#endif
