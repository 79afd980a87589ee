/* What is made from the events when it is asked for. Each call reads the events of a range of one thread. 0, or -1 with
 * the error set. Thread-safe. */
#ifndef CALLTAPE_VIEW_EXACT_H
#define CALLTAPE_VIEW_EXACT_H

#include "calls/kept.h"
#include "view/pyramid.h"

/* Tiles finer than the pyramid's: of `level`, from `first` to `last`. Calls that began long before them have
 * SEGMENT_UNSEEN: the pyramid has them. */
int exact_tiles(struct pyramid *pyramid, uint32_t thread, unsigned level, uint64_t first, uint64_t last,
                levels_tile *tile, void *context, struct error *error);

/* Adds to sums by node, of which there are `count`, what is between two times of one thread, from the pyramid's slices
 * as far as they lie in between, and from the events for the rest. `sums` may grow: the nodes found become more. */
struct path_sums {
    struct slice_sum *sums; /* by node */
    uint32_t count;
};
int exact_sums(struct pyramid *pyramid, uint32_t thread, uint64_t from, uint64_t to, struct path_sums *sums,
               struct error *error);

struct exact_call {
    bool found;
    struct call call;                 /* as calls_receiver.end has it */
    uint64_t start, end;              /* ns */
    uint64_t total, self;             /* ns, what the probe cost taken out */
    uint32_t callers[VIEW_ROWS_MOST]; /* functions, the outermost first; as many as its depth, or as there is room */
    uint32_t caller_count;
    struct kept_value *values; /* what was recorded of it; to be freed */
};

/* The call of that depth that is open at `at`, or the nearest to it, among those that end between `from` and `to`. */
int exact_call(struct pyramid *pyramid, uint32_t thread, uint32_t depth, uint64_t at, uint64_t from, uint64_t to,
               struct exact_call *found, struct error *error);

struct exact_next {
    bool found;
    uint64_t start; /* ns */
    uint32_t depth;
};

/* The first call of a function that begins at `at` or later, or the last one that begins then or before. */
int exact_next(struct pyramid *pyramid, uint32_t thread, uint32_t function, uint64_t at, bool back,
               struct exact_next *found, struct error *error);

/* About how many events of the thread lie in a stretch of so many nanoseconds. */
uint64_t exact_events(struct pyramid *pyramid, uint32_t thread, uint64_t ns);

#endif
