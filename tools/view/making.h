/* Making a pyramid: for pyramid.c alone.
 *
 * Long threads are parted into windows of time, each as long as a tile of some level: several workers read one window
 * after the other, and draw it at that level and at finer ones. What coarser levels show, slices that share a group,
 * and calls that go on from one window to the next are put together in the order of time: joining. In all but a
 * thread's first window what is open where it begins is SEGMENT_UNSEEN; the tile before, or a coarser one, has where it
 * began. */
#ifndef CALLTAPE_VIEW_MAKING_H
#define CALLTAPE_VIEW_MAKING_H

#include <pthread.h>
#include <stdatomic.h>

#include "view/pyramid.h"

/* As struct pyramid_lane; written while it is made, read by all. */
struct lane_state {
    unsigned finest;
    uint64_t calls; /* where it is counted, once all is there */
    _Atomic uint32_t rows;
    _Atomic uint64_t done_ns;
};

enum pyramid_made { MAKING, MADE, FAILED };

struct pyramid {
    struct tape *tape;
    const struct filter_choice *choice;
    bool counted;
    struct sums sums; /* the maker's, until all is made */
    struct starts *starts;
    struct store *store;
    struct nodes nodes; /* under `lock` */
    struct lane_state *lanes;
    uint32_t thread_count, function_count;
    uint64_t ns;
    unsigned coarsest, slices_level;
    pthread_mutex_t lock;
    pthread_t maker;
    bool has_maker;
    atomic_bool stop;
    _Atomic uint64_t events_read;
    _Atomic enum pyramid_made state;
    struct error error; /* once FAILED */
};

/* All that the store is to hold. 0, or -1 with the error set. */
int making_run(struct pyramid *pyramid, struct error *error);

/* Adds a piece, unless the making is to stop. */
int making_add(struct pyramid *pyramid, const struct store_entry *what, const struct bytes *bytes, struct error *error);

#endif
