/* Folds what a timeline repeats: the same call with the same calls in it, again and again, becomes one with counts.
 *
 * The newest items wait here, so that one that ends can be compared with its neighbour before. What is folded keeps
 * the times of its first time, but for its last END, which is the last one's; calls, totals and selfs are sums. */
#ifndef CALLTAPE_ANALYZE_REPEATS_H
#define CALLTAPE_ANALYZE_REPEATS_H

#include "analyze/timeline.h"

/* Subtrees of up to half as many items are folded. */
enum { REPEATS_MOST = 48 };

struct repeats {
    const struct tape_function *functions;
    timeline_show *show;
    void *context;
    size_t first, count; /* waiting: items[first .. first + count - 1] */
    struct timeline_item items[2 * REPEATS_MOST];
};

/* Both return what `show` returned if that was nonzero. */
int repeats_add(struct repeats *repeats, const struct timeline_item *item);
int repeats_flush(struct repeats *repeats);

#endif
