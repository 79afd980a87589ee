/* The words of a block some of whose events have no time, as the columns KINDS, ENTRIES and TIMED tell them (FORMAT.md,
 * "Time by habit"): what each is, whether it has a time, and the mean gap before it. It goes from word to word; whether
 * TIMED is as it should be is known at the end only.
 *
 * What an exit brings is known from its entry, of the same block mostly; from struct exits where that stands in a block
 * before, or before a special that changes what is open. So what the block leaves open goes there: steps_settle. */
#ifndef CALLTAPE_TAPE_STEPS_H
#define CALLTAPE_TAPE_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tape/columns.h"
#include "tape/exits.h"
#include "tape/pack.h"
#include "tape/tape.h"

/* A step: struct tape_event's `what` above its `cost`, which is the mean gap. In `by_key` its `timed` says whether the
 * next word of its key is expected to have a time; STEP_ONCE is set if the last one had a time against expectation. */
#define STEP_TIMED ((uint64_t)(struct tape_event){.timed = 1}.what << 32)
#define STEP_ONCE ((uint64_t)(struct tape_event){.kind = 0x40}.what << 32)

/* What a loop keeps in registers. */
struct steps_at {
    uint64_t word;
    const uint16_t *entries; /* from the next one on */
    uint16_t *open;          /* the innermost open entry of which `exits` knows; 0: of none */
    uint64_t depth;          /* so many more behind it */
};

struct steps {
    struct columns_apart columns;
    uint64_t *by_key;    /* steps by code of an entry, and one more for its exit */
    uint16_t *outermost; /* of the open entries' codes: a 0, and room for two more than there are words */
    struct steps_at at;
    uint64_t surprise; /* the next word that is not as expected; UINT64_MAX: there is none */
    bool surprised;    /* the word before had a time that was not expected */
    bool misfit;       /* TIMED names what is no event */
};

/* At the first word. `by_key` is set up; `open` is room. */
void steps_begin(struct steps *steps, const struct columns_apart *columns, uint64_t *by_key, uint16_t *open);

/* From any word on, up to the next multiple of 64: 1 for an entry or a special, 0 for an exit. */
static inline uint64_t steps_kinds(const struct steps *steps, uint64_t word)
{
    return columns_kinds(steps->columns.kinds, word & ~UINT64_C(63)) >> word % 64;
}

/* The code of the word that stands at `at`. */
static inline uint32_t steps_code(const struct steps *steps, const struct steps_at *at)
{
    return steps_kinds(steps, at->word) & 1 ? *at->entries : (uint32_t)CODE_EXIT;
}

static inline uint64_t step_of(uint32_t what, uint32_t gap)
{
    return (uint64_t)what << 32 | gap | STEP_TIMED;
}

static inline void steps_set(struct tape_event *event, uint64_t step)
{
    memcpy(&event->cost, &step, sizeof step);
}

/* A word that comes as expected and not after a surprise; its kind is the lowest bit of `kinds`. Leaves at->word as it
 * is. False, and nothing is done: it is a special, or the exit of an entry of which `exits` knows. */
static inline __attribute__((always_inline)) bool steps_follow(uint64_t *by_key, struct steps_at *at, uint64_t kinds,
                                                               uint64_t *found)
{
    const uint64_t entry = kinds & 1, code = *at->entries & -entry;
    if (__builtin_expect(code_is_special((uint32_t)code), 0) || __builtin_expect((at->depth | entry) == 0, 0))
        return false;
    uint16_t *top = &at->open[at->depth];
    const uint64_t key = code | ((*top + UINT64_C(1)) & (entry - 1));
    top[1] = (uint16_t)code;
    at->depth += 2 * entry - 1;
    at->entries += entry;
    *found = by_key[key] &= ~STEP_ONCE;
    return true;
}

/* Any word that is no special. `exits` may be NULL: then gaps are not asked for. */
uint64_t steps_take(struct steps *steps, struct exits *exits);
/* At the last word's end: whether TIMED told of events alone, and of no more than there are. */
bool steps_fit(const struct steps *steps);
/* Passes the special that stands here. */
void steps_pass(struct steps *steps);
/* What it does to what is open, behind steps_settle. */
void steps_special(struct steps *steps, uint32_t kind, uint64_t payload);
/* Tells `exits`, which has room for it, all that is open; NULL: nobody asks. */
void steps_settle(struct steps *steps, struct exits *exits);

#endif
