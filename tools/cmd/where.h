/* --where: the calls whose values a condition holds for. */
#ifndef CALLTAPE_CMD_WHERE_H
#define CALLTAPE_CMD_WHERE_H

#include "base/error.h"
#include "calls/marks.h"
#include "tape/tape.h"

/* Reads the threads once, as a call's result comes last. 0, *marks to be destroyed; else the exit status, with the
 * error set: 2 where the condition is wrong or names what is not in this tape, unless `lenient`. */
int where_mark(struct call_marks **marks, const char *text, bool lenient, struct tape *tape, const uint32_t *threads,
               uint32_t count, struct error *error);

/* Before there is a tape: whether it is well formed; NULL is. Returns as above. */
int where_check(const char *text, struct error *error);

#endif
