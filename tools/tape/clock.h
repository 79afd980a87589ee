/* Ticks to nanoseconds: straight lines between clock pairs that lie far enough apart. */
#ifndef CALLTAPE_TAPE_CLOCK_H
#define CALLTAPE_TAPE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock_pair {
    uint64_t ticks, ns;
};

/* From `from` on: ns = from.ns + ((ticks - from.ticks) * multiplier >> shift), at most until_ns. */
struct clock_line {
    struct clock_pair from;
    uint64_t until_ns;
    uint64_t multiplier;
    unsigned shift;
};

struct clock {
    struct clock_pair *pairs;
    size_t pair_count, pair_room;
    struct clock_line *lines; /* ascending; at least one once built */
    size_t line_count;
    uint64_t origin_ns; /* of the start */
};

/* 0, or -1: out of memory. */
int clock_add_pair(struct clock *clock, uint64_t ticks, uint64_t ns);
/* Nanoseconds count from `start_ticks`. `ticks_are_ns`: the clock needs no pairs. Sets *guessed when a clock that
 * needs them has fewer than two that can be used, so that one tick counts as one nanosecond. */
int clock_build(struct clock *clock, uint64_t start_ticks, bool ticks_are_ns, bool *guessed);
void clock_free(struct clock *clock);

/* Never decreases in `ticks`; 0 before the start. */
uint64_t clock_ns(const struct clock *clock, uint64_t ticks);
/* The line that `ticks` are on; the first also for those before it. */
size_t clock_line_of(const struct clock *clock, uint64_t ticks);

#endif
