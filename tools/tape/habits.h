/* Which words of a block are expected to have a time (FORMAT.md, "Time by habit"): only where one comes otherwise has
 * it to be told. This is the packer's side; the reader's is steps.h, which finds gaps with it. */
#ifndef CALLTAPE_TAPE_HABITS_H
#define CALLTAPE_TAPE_HABITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "calltape/format.h"

enum { HABIT_CODES = 0x10000 };

/* Where one stands among the words. A loop keeps it in registers. */
struct habits_at {
    uint16_t *open;     /* as in struct habits */
    uint64_t depth;     /* of the entries that no exit has ended */
    uint32_t surprised; /* 1: the word before had a time that was not expected; then the next is expected to have one */
};

struct habits {
    uint8_t last[HABIT_CODES]; /* by code of the entry, and one more for the exit: 1 if the last had no time, and 2 more
                                  if the one before had none; where the last had none it is all one whether that had */
    uint16_t *open; /* codes of those entries, outermost first, from [1] on; room for two more than there are words */
    struct habits_at at;
};

/* Codes below `codes` were in use, or may have been. */
static inline void habits_begin(struct habits *habits, uint32_t codes)
{
    memset(habits->last, 0, codes);
    habits->open[0] = 0;
    habits->at = (struct habits_at){.open = habits->open};
}

/* The key of an entry (1), or of the exit (0) that ends the innermost open one; opens it, or ends it. */
static inline uint64_t habits_step(struct habits_at *at, uint64_t code, uint64_t entry)
{
    uint16_t *top = &at->open[at->depth];
    uint64_t key = (code & -entry) + ((*top + UINT64_C(1)) & (entry - 1));
    top[1] = (uint16_t)code;
    at->depth += 2 * entry - 1;
    at->depth += at->depth >> 63; /* an exit of none leaves none */
    return key;
}

static inline uint32_t habits_expect(const struct habits *habits, const struct habits_at *at, uint64_t key)
{
    return (habits->last[key] == 0) | at->surprised;
}

static inline void habits_tell(struct habits *habits, struct habits_at *at, uint64_t key, uint32_t expected,
                               uint32_t timed)
{
    habits->last[key] = (uint8_t)((habits->last[key] << 1 | (timed ^ 1)) & 3);
    at->surprised = timed & ~expected;
}

/* A special between the words. */
static inline void habits_special(struct habits_at *at, uint32_t kind, uint64_t payload)
{
    if (kind == CT_SPECIAL_JUMP)
        at->depth -= payload < at->depth ? payload : at->depth;
    else if (kind == CT_SPECIAL_INHERIT)
        at->open[++at->depth] = 0;
    else if (kind == CT_SPECIAL_STACK)
        at->depth = 0;
}

#endif
