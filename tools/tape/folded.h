/* Calls of one function that followed each other, as their totals (FORMAT.md, 3.6): the numbers of a FOLD word, and
 * when each of the calls is said to have been. */
#ifndef CALLTAPE_TAPE_FOLDED_H
#define CALLTAPE_TAPE_FOLDED_H

#include <stdbool.h>
#include <stdint.h>

#include "calltape/format.h"
#include "tape/bytes.h"

enum { FOLDED_NUMBERS = 5, FOLDED_CALLS_MOST = CT_BLOCK_WORDS_MAX / 2 };

/* In ticks. */
struct folded {
    uint64_t calls;
    uint64_t gaps;  /* what the caller took before each of the calls, together */
    uint64_t total; /* what the calls took */
    uint64_t least, most;
};

/* FOLDED_NUMBERS of them. */
static inline uint8_t *folded_write(uint8_t *to, const struct folded *folded)
{
    to = leb128_write(to, folded->calls);
    to = leb128_write(to, folded->gaps);
    to = leb128_write(to, folded->least);
    to = leb128_write(to, folded->most - folded->least);
    return leb128_write(to, folded->total - folded->calls * folded->least - (folded->most - folded->least));
}

/* False: they are not there, or cannot be of any calls. */
bool folded_read(struct bytes *at, struct folded *folded);

/* Up to the i-th of `parts` that `whole` is parted into, as evenly as whole ticks allow. */
static inline uint64_t folded_share(uint64_t whole, uint64_t i, uint64_t parts)
{
    return whole * i / parts;
}

/* Ticks from where the fold begins to event i: entries are even, exits odd. The shortest call comes first, the longest
 * last, and all others took the same. */
static inline uint64_t folded_at(const struct folded *folded, uint64_t i)
{
    uint64_t call = i / 2, ended = call + i % 2;
    uint64_t ticks = folded_share(folded->gaps, call + 1, folded->calls);
    if (ended == 0)
        return ticks;
    if (ended == folded->calls)
        return ticks + folded->total;
    ticks += folded->least;
    if (ended == 1)
        return ticks;
    return ticks + folded_share(folded->total - folded->least - folded->most, ended - 1, folded->calls - 2);
}

#endif
