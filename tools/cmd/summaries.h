/* Summaries of a recording's threads, so that reports need not read their events. */
#ifndef CALLTAPE_CMD_SUMMARIES_H
#define CALLTAPE_CMD_SUMMARIES_H

#include <stdint.h>

#include "base/error.h"
#include "calls/calls.h"
#include "tape/tape.h"
#include "tape/write.h"

/* Reads what was written so far as `tape`, and appends a summary of each thread to the tape being written; none of
 * those for which no time would be left of `budget_ns` (UINT64_MAX: as long as it takes). -1 where writing or memory
 * failed, or `watch` (may be NULL) had enough: what stands by then is whole. */
int summaries_write(struct writer *writer, struct tape *tape, uint64_t budget_ns, const struct calls_watch *watch,
                    struct error *error);

#endif
