/* The calls of a stretch of time as boxes, for a picture of so many columns: by thread and depth those that are wide
 * enough by themselves, and for each column what the narrower ones come to. Memory goes with the columns, not the
 * calls.
 */
#ifndef CALLTAPE_VIEW_STRIPS_H
#define CALLTAPE_VIEW_STRIPS_H

#include "analyze/timeline.h"

enum { STRIP_COLUMNS = 980, STRIP_ROWS = 60, STRIP_LANES = 32 };

/* What narrow calls come to in a column, or in several. */
struct strip_cell {
    uint32_t function; /* that covers most of it, or near that; CT_NONE: nothing is there */
    uint64_t weight;   /* by how much it does */
    uint64_t covered_ns, calls;
};

struct strip_box {
    uint64_t start_ns, end_ns; /* in the stretch */
    uint32_t function;
    uint32_t flags; /* enum call_flag */
    struct duration took;
};

/* All calls of one depth. */
struct strip {
    struct strip_box *boxes;
    size_t count, room;
    struct strip_cell *cells; /* STRIP_COLUMNS; NULL: no call was */
};

/* Why a thread did not run. */
enum strip_held { STRIP_WAITED = 1, STRIP_PAUSED = 2, STRIP_PREEMPTED = 4 };

struct strip_lane {
    uint32_t thread;
    uint32_t rows; /* up to STRIP_ROWS */
    uint64_t calls;
    uint8_t held[STRIP_COLUMNS]; /* enum strip_held that lie in the column, some of it at least */
    struct strip strips[STRIP_ROWS];
};

struct strips {
    uint64_t from_ns, to_ns;
    struct strip_lane *lanes; /* by thread */
    size_t lane_count;
    uint64_t threads_left, deep_calls; /* threads and calls that there is no room for */
};

/* Reads the events of the stretch. 0, or -1 with the error set; strips_free is due in any case. */
int strips_make(struct strips *strips, struct tape *tape, const struct filter_choice *choice, struct sums *sums,
                struct error *error);
void strips_free(struct strips *strips);

/* Adds what a call, or another cell, covers. */
void strip_cell_add(struct strip_cell *cell, uint32_t function, uint64_t ns, uint64_t calls);
/* Adds the part of a box that lies in each column: for those that turn out to be too narrow. */
void strips_spread(const struct strips *strips, struct strip_cell *cells, const struct strip_box *box);

#endif
