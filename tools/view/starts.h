/* Where reading of a thread can begin: found out once a thread, when it is first asked for. Thread-safe. */
#ifndef CALLTAPE_VIEW_STARTS_H
#define CALLTAPE_VIEW_STARTS_H

#include "tape/tape.h"

struct starts;

struct starts *starts_create(struct tape *tape); /* NULL: no memory */
void starts_destroy(struct starts *starts);      /* NULL is allowed */

/* The last piece of the thread that begins well before `ticks`; NULL: read all of the thread. It lives as long as
 * `starts`. */
const struct tape_piece *starts_find(struct starts *starts, uint32_t thread, uint64_t ticks);

#endif
