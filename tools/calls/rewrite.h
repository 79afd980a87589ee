/* A thread's calls, as a filter shows them, into the blocks of another tape. */
#ifndef CALLTAPE_CALLS_REWRITE_H
#define CALLTAPE_CALLS_REWRITE_H

#include <stdint.h>

#include "calls/filter.h"
#include "tape/tape.h"
#include "tape/write.h"

struct rewrite;

/* All must outlive it. NULL with the error set: no memory. */
struct rewrite *rewrite_create(struct tape *tape, const struct filter_choice *choice, struct writer *writer,
                               struct error *error);
void rewrite_destroy(struct rewrite *rewrite); /* NULL is allowed */

/* Writes the thread's calls that are shown and the counts of the others; `shown` false: none are. Every event written
 * has a time, that which readers gave it. */
int rewrite_thread(struct rewrite *rewrite, uint32_t thread, bool shown, struct error *error);

#endif
