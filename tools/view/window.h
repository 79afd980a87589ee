/* A window of a thread, read and drawn, and put behind those before it: for making.c alone. */
#ifndef CALLTAPE_VIEW_WINDOW_H
#define CALLTAPE_VIEW_WINDOW_H

#include "calls/parts.h"
#include "view/lane.h"
#include "view/making.h"

struct window {
    struct window *next;
    uint64_t number; /* of all windows */
    uint32_t thread;
    unsigned coarsest;     /* level that is drawn of it alone */
    uint64_t start, until; /* ns; until: UINT64_MAX: it is the thread's last */
    bool first, last;      /* of the thread */
    /* What came of it. */
    struct sums sums; /* where the pyramid is counted: then it is all of its thread */
    uint32_t deepest;
    struct nodes nodes;
    struct bytes slices; /* of each: its number, count of bytes, and these, as slices_told gets them */
    struct bytes hand;
    struct call_parts parts;
    struct lane_rest rest;
};

void window_free(struct window *window); /* NULL is allowed */

/* Reads it. */
int window_read(struct window *window, struct pyramid *pyramid, struct habit **habits, struct error *error);

/* What was joined of the thread of which windows are being joined. */
struct joined {
    struct pyramid *pyramid;
    struct error *error;
    struct habit **habits; /* of calls that were in several windows */
    uint32_t thread;
    struct levels *levels; /* that are coarser than the windows; NULL: none */
    struct slice_group group;
    struct wholes wholes;
    struct lane_rest rest; /* of the last window */
};

/* Windows come in the order of their numbers. */
int joined_add(struct joined *joined, struct window *window);
void joined_free(struct joined *joined);

#endif
