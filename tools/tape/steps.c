#include "tape/steps.h"

#include "base/saturate.h"

static uint64_t next_surprise(struct bytes *timed, uint64_t word)
{
    uint64_t distance = bytes_left(timed) > 0 ? bytes_leb128(timed) : UINT64_MAX;
    return timed->truncated ? UINT64_MAX : saturating_add(word, distance);
}

void steps_begin(struct steps *steps, const struct columns_apart *columns, uint64_t *by_key, uint16_t *open)
{
    *steps = (struct steps){
        .columns = *columns,
        .by_key = by_key,
        .outermost = open,
        .at = {.entries = columns->entries, .open = open},
    };
    *open = 0;
    steps->surprise = next_surprise(&steps->columns.timed, 0);
}

/* What the exit of an entry that `exits` knows brings. */
static uint32_t take_gap(struct steps *steps, struct exits *exits)
{
    steps->at.open -= steps->at.open > steps->outermost;
    return exits != NULL ? exits_pop(&exits->current) : GAP_UNKNOWN;
}

/* What is expected next of a word's kind, after one that had a time or had none. */
static uint64_t learn(uint64_t last, bool timed)
{
    bool once = (last & (STEP_TIMED | STEP_ONCE)) == 0;
    last &= ~(STEP_TIMED | STEP_ONCE);
    if (!timed)
        return last;
    return last | (once ? STEP_ONCE : STEP_TIMED);
}

/* Whether the word has a time. */
static bool take_time(struct steps *steps, uint64_t last)
{
    bool expected = (last & STEP_TIMED) != 0 || steps->surprised, surprises = steps->at.word == steps->surprise;
    bool timed = expected != surprises;
    steps->surprised = timed && !expected;
    if (surprises)
        steps->surprise = next_surprise(&steps->columns.timed, steps->at.word + 1);
    return timed;
}

uint64_t steps_take(struct steps *steps, struct exits *exits)
{
    struct steps_at *at = &steps->at;
    uint32_t code = steps_code(steps, at);
    bool known = code == CODE_EXIT && at->depth == 0;
    uint64_t *last = &steps->by_key[code != CODE_EXIT ? code : at->open[at->depth] + 1u], found = *last;
    bool timed = take_time(steps, found);
    *last = learn(found, timed);
    if (code != CODE_EXIT) {
        at->open[++at->depth] = (uint16_t)code;
        at->entries++;
    } else if (known) {
        found = (found >> 32 << 32) | take_gap(steps, exits);
    } else {
        at->depth--;
    }
    at->word++;
    return (found & ~(STEP_TIMED | STEP_ONCE)) | (timed ? STEP_TIMED : 0);
}

bool steps_fit(const struct steps *steps)
{
    return !steps->misfit && !steps->columns.timed.truncated && steps->surprise == UINT64_MAX;
}

void steps_pass(struct steps *steps)
{
    steps->misfit |= steps->at.word == steps->surprise;
    steps->at.word++;
    steps->at.entries++;
}

void steps_settle(struct steps *steps, struct exits *exits)
{
    struct steps_at *at = &steps->at;
    for (; at->depth != 0; at->depth--) {
        at->open++;
        if (exits != NULL)
            exits_push(&exits->current, (uint32_t)steps->by_key[*at->open + 1]);
    }
}

void steps_special(struct steps *steps, uint32_t kind, uint64_t payload)
{
    struct steps_at *at = &steps->at;
    uint64_t known = (uint64_t)(at->open - steps->outermost);
    if (kind == CT_SPECIAL_JUMP)
        at->open -= payload < known ? payload : known;
    else if (kind == CT_SPECIAL_INHERIT)
        *++at->open = 0;
    else if (kind == CT_SPECIAL_STACK)
        at->open = steps->outermost;
}
