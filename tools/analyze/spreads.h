/* How the durations of calls are spread, by function or whatever else groups calls. */
#ifndef CALLTAPE_ANALYZE_SPREADS_H
#define CALLTAPE_ANALYZE_SPREADS_H

#include "analyze/gather.h"
#include "analyze/spread.h"

struct spreads {
    struct spread *of;    /* by key, `count` of them */
    const uint32_t *keys; /* by function id: less than `count` */
    uint32_t count;
    bool raw; /* costs stay in */
};

int spreads_init(struct spreads *spreads, const uint32_t *keys, uint32_t count, bool raw); /* -1: no memory */
void spreads_clear(struct spreads *spreads);
void spreads_free(struct spreads *spreads);

/* Adds the calls that are to be read; costs are as the spreads have them. -1 with the error set. */
int spreads_add(struct spreads *spreads, const struct gather_source *source, struct error *error);

#endif
