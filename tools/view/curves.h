/* Counters, messages and frames of a tape, for the page: read once from the events of a tape that has keys, and stored
 * as JSON:
 *
 *   {"series": [{"name", "kind", "process" | "thread", "points": [...]}]}
 *
 * A counter is its process's: each point is [first, last, count, least, most, value], times in ns, where `value` is
 * what it stood at after the last of `count` values. Messages and frames are their thread's: [first, last, count,
 * text], the text of the first. Of more than CURVE_POINTS_MOST values those that are near each other share a point, so
 * that memory does not go with their number. What is no finite number is no point of a curve. */
#ifndef CALLTAPE_VIEW_CURVES_H
#define CALLTAPE_VIEW_CURVES_H

#include "view/making.h"

enum { CURVE_POINTS_MOST = 4096 };

/* 0, or -1 with the error set. */
int curves_write(struct pyramid *pyramid, struct bytes *to, struct error *error);

#endif
