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

static inline unsigned habit_class(uint64_t ns)
{
    if (ns == 0)
        return 0;
    unsigned octave = 63 - (unsigned)__builtin_clzll(ns);
    unsigned upper = octave != 0 && (ns >> (octave - 1) & 1) != 0;
    unsigned class = 2 * octave + 1 + upper;
    return class < HABIT_CLASSES ? class : HABIT_CLASSES - 1;
}
static inline void habit_count(struct habit *habit, uint64_t ns)
{
    habit->counts[habit_class(ns)]++;
}
/* Whether one of so many ns may be among the slowest. */
static inline bool habit_wants(const struct habit *habit, uint64_t ns)
{
    return habit->slow_count < HABIT_SLOWEST || ns >= habit->slowest[HABIT_SLOWEST - 1].ns;
}
/* Keeps it, if it is one of the slowest: of equal ones the earliest, of the lowest threads. */
void habit_keep(struct habit *habit, const struct slow_call *call);
/* Adds what another counted and kept. */
void habit_add(struct habit *habit, const struct habit *other);
/* LEB128 numbers: how many classes up to the last that is not empty, their counts; how many of the slowest, and of each
 * thread, depth, start, ns. */
void habit_write(const struct habit *habit, struct bytes *to);

#endif
