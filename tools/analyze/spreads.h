/* How the durations of calls are spread, by function or whatever else groups calls. */
#ifndef CALLTAPE_ANALYZE_SPREADS_H
#define CALLTAPE_ANALYZE_SPREADS_H

#include "analyze/spread.h"
#include "calls/crew.h"

struct spreads {
    struct spread *of;    /* by key, `count` of them */
    const uint32_t *keys; /* by function id: less than `count` */
    uint32_t count;
    bool raw; /* costs stay in */
};

int spreads_init(struct spreads *spreads, const uint32_t *keys, uint32_t count, bool raw); /* -1: no memory */
void spreads_clear(struct spreads *spreads);
void spreads_free(struct spreads *spreads);

/* Adds the calls of some threads, all or as far as `choice` (but for its threads) asks; that and `watch` may be NULL.
 * Several workers read; spreads that hold nothing when it fails. */
int spreads_add_threads(struct spreads *spreads, struct tape *tape, const struct calls_share *share,
                        const struct filter_choice *choice, const struct calls_watch *watch, struct error *error);
/* Adds those of other threads. */
int spreads_join(struct spreads *to, const struct spreads *from);

#endif
