/* A profile in which the calls of a function are told apart by a value that was recorded of them: an argument, a
 * result, a note. Of several values of that name of one call the last one counts; calls without one are a row as well,
 * of functions that have calls with one. Functions that have none are left out.
 *
 * As in any profile the total of calls of one row that are made by one another is that of the outermost. (Where such
 * recursion goes on at the same time on several stacks of a thread, some of it may be counted twice.)
 *
 * Memory goes with the number of different values, which is limited, and the depth of the stacks. */
#ifndef CALLTAPE_ANALYZE_BY_VALUE_H
#define CALLTAPE_ANALYZE_BY_VALUE_H

#include "analyze/gather.h"
#include "analyze/profile.h"

/* `wanted`: by key of the tape, which are meant. profile_free is due in any case. */
int profile_make_by_value(struct profile *profile, const bool *wanted, const struct gather_source *source,
                          struct error *error);

#endif
