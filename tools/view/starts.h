/* Where reading a thread can begin, so that a stretch of it can be read at once: pieces (tape.h) all over it, found in
 * one pass over its blocks when it is first asked for; the blocks between two of them are looked at again. Thread-safe.
 */
#ifndef CALLTAPE_VIEW_STARTS_H
#define CALLTAPE_VIEW_STARTS_H

#include "calls/filter.h"

struct starts;

/* NULL: no memory. */
struct starts *starts_create(struct tape *tape);
void starts_free(struct starts *starts); /* NULL is allowed */

/* Feeds what is in the range of `choice`, as calls_of_thread does. 0, or -1 with the error set. */
int starts_read(struct starts *starts, uint32_t thread, const struct filter_choice *choice,
                const struct calls_receiver *receiver, const struct calls_watch *watch, struct error *error);

/* The most calls between two starts: much more than STARTS_EVENTS where the tape does not tell what is open. */
enum { STARTS_EVENTS = 1 << 17 };
uint64_t starts_most_calls(struct starts *starts, uint32_t thread);

#endif
