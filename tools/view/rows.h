/* The functions of a range as `report --range` has them, where that takes no long reading: what sums by path don't tell
 * are the calls that began before it, which are no calls of it, and the longest. */
#ifndef CALLTAPE_VIEW_ROWS_H
#define CALLTAPE_VIEW_ROWS_H

#include "view/pyramid.h"

/* LEB128 numbers: 1, and of each function by how much its id is more than the one's before, calls, self, total and
 * average in ns; or 0 where too many events would have to be read. Threads rise. Thread-safe. */
int rows_write(struct pyramid *pyramid, const uint32_t *threads, uint32_t count, uint64_t from, uint64_t to,
               struct bytes *bytes, struct error *error);

#endif
