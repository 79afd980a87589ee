/* How long the calls of each function took: a histogram, and the ten longest. */
#ifndef CALLTAPE_VIEW_HABIT_H
#define CALLTAPE_VIEW_HABIT_H

#include "view/bytes.h"

/* Class 0 is 0 ns, class 2k + 1 goes from 2^k ns, class 2k + 2 from 1.5 * 2^k ns. */
enum { HABIT_CLASSES = 128, HABIT_SLOWEST = 10 };

struct slow_call {
    uint64_t start, ns; /* ns: what the probe cost taken out */
    uint32_t thread, depth;
};

struct habit {
    uint64_t counts[HABIT_CLASSES];
    struct slow_call slowest[HABIT_SLOWEST]; /* the slowest first */
    uint32_t slow_count;
};

void habit_call(struct habit *habit, const struct slow_call *call);
/* LEB128 numbers: how many classes up to the last that is not empty, their counts; how many of the slowest, and of each
 * thread, depth, start, ns. */
void habit_write(const struct habit *habit, struct bytes *to);

#endif
