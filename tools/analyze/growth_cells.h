/* Calls gathered by their numbers, in memory that does not grow with how many there are: cells of numbers that are
 * nearly equal (alike up to 16, then within a quarter of an octave), of each so many calls, chosen at random. So rare
 * sizes weigh as much as frequent ones. */
#ifndef CALLTAPE_ANALYZE_GROWTH_CELLS_H
#define CALLTAPE_ANALYZE_GROWTH_CELLS_H

#include <stdint.h>

#include "analyze/growth_fit.h"

enum growth_measure { GROWTH_SELF, GROWTH_TOTAL, GROWTH_CALLS, GROWTH_MEASURES };

enum { GROWTH_KEYS = 6, GROWTH_CELL_CALLS = 32, GROWTH_CELLS_MOST = 4096 };

struct growth_call {
    double number[GROWTH_KEYS]; /* NaN: it has none of that key */
    double measure[GROWTH_MEASURES];
};

struct growth_cells {
    struct growth_cell **slots; /* by hash */
    uint32_t room, count;
    uint64_t calls, left_out; /* left out: more cells than GROWTH_CELLS_MOST */
    uint64_t random;
};

/* -1: no memory. */
int growth_cells_add(struct growth_cells *cells, const struct growth_call *call);
void growth_cells_free(struct growth_cells *cells);

struct growth_points {
    struct growth_point *points; /* to be freed */
    size_t count;
    size_t silent;  /* different sizes that are not among them */
    uint64_t calls; /* of all sizes */
};

/* The points of one measure by one key or, `other` >= 0, by two, the smallest of the first first; calls whose number is
 * not above 0 are left out. A size whose time, less what recording cost, is not above 0 is silent: the time is less
 * than what its cost is off by. So may those of smaller sizes be (in both numbers), and where one seems to have a time
 * it is one of those that are too long: they are silent too. -1: no memory. */
int growth_cells_points(struct growth_points *to, const struct growth_cells *cells, enum growth_measure measure,
                        int key, int other);

#endif
