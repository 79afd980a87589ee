#include "analyze/tally.h"

#include <stdlib.h>
#include <string.h>

int tallies_init(struct tallies *tallies, const struct tape *tape)
{
    const struct tape_function *functions = tape_functions(tape, &tallies->functions);
    uint32_t *same = malloc(tallies->functions * sizeof *same);
    for (uint32_t i = 0; same != NULL && i < tallies->functions; i++)
        same[i] = functions[i].same;
    tallies->same = same;
    tallies->of = calloc(tallies->functions, sizeof *tallies->of);
    tallies->sums = (struct sums){0};
    return tallies->of != NULL && same != NULL ? 0 : -1;
}

void tallies_free(struct tallies *tallies)
{
    free(tallies->of);
    free((void *)(uintptr_t)tallies->same);
    tallies->of = NULL;
    tallies->same = NULL;
}

void tallies_group(struct tallies *tallies, const uint32_t *keys)
{
    memcpy((void *)(uintptr_t)tallies->same, keys, tallies->functions * sizeof *keys);
}

/* ---- together ---- */

static bool is_shorter(const struct took *a, const struct took *b, bool raw)
{
    int64_t length = took_length(a, raw), other = took_length(b, raw);
    return length != other ? length < other : took_before(a, b);
}

static bool is_longer(const struct took *a, const struct took *b, bool raw)
{
    int64_t length = took_length(a, raw), other = took_length(b, raw);
    return length != other ? length > other : took_before(a, b);
}

static void take_extremes(struct tally *to, const struct tally *from)
{
    for (int raw = 0; raw < 2; raw++) {
        if (to->calls == 0 || is_shorter(&from->min[raw], &to->min[raw], raw))
            to->min[raw] = from->min[raw];
        if (to->calls == 0 || is_longer(&from->max[raw], &to->max[raw], raw))
            to->max[raw] = from->max[raw];
    }
}

void tally_call(struct tally *tally, const struct call *call, const struct took *took)
{
    const struct tally one = {.min = {*took, *took}, .max = {*took, *took}};
    take_extremes(tally, &one);
    took_join(&tally->own, took);
    tally->calls++;
    tally->jumped += (call->flags & CALL_JUMPED) != 0;
    tally->open += (call->flags & CALL_OPEN) != 0;
    tally->seen = true;
}

void tally_add(struct tally *to, const struct tally *from)
{
    if (from->calls != 0)
        take_extremes(to, from);
    took_join(&to->total, &from->total);
    took_join(&to->self, &from->self);
    took_join(&to->own, &from->own);
    to->calls += from->calls;
    to->jumped += from->jumped;
    to->open += from->open;
    to->timed += from->timed;
    to->untimed += from->untimed;
    to->seen = true;
}

void tallies_move(struct tallies *to, struct tallies *from)
{
    for (uint32_t i = 0; i < from->functions; i++) {
        if (!from->of[i].seen)
            continue;
        tally_add(&to->of[i], &from->of[i]);
        from->of[i] = (struct tally){0};
    }
    sums_move(&to->sums, &from->sums);
}

/* ---- as numbers ---- */

enum { TOOK_NUMBERS = 3, TALLY_TOOKS = 7, TALLY_NUMBERS = 4 + TALLY_TOOKS * TOOK_NUMBERS };

static void list_tooks(struct tally *tally, struct took *tooks[TALLY_TOOKS])
{
    struct took *list[TALLY_TOOKS] = {&tally->total,  &tally->self,   &tally->own,   &tally->min[0],
                                      &tally->max[0], &tally->min[1], &tally->max[1]};
    memcpy(tooks, list, sizeof list);
}

static uint64_t *put_tally(uint64_t *to, uint32_t function, const struct tally *tally)
{
    struct tally copy = *tally;
    struct took *tooks[TALLY_TOOKS];
    list_tooks(&copy, tooks);
    *to++ = function;
    *to++ = tally->calls;
    *to++ = tally->jumped;
    *to++ = tally->open;
    for (int i = 0; i < TALLY_TOOKS; i++) {
        *to++ = tooks[i]->ticks;
        *to++ = tooks[i]->cost;
        *to++ = tooks[i]->bound;
    }
    return to;
}

static void get_tally(struct tally *tally, const uint64_t *from)
{
    struct took *tooks[TALLY_TOOKS];
    list_tooks(tally, tooks);
    tally->calls = from[1];
    tally->jumped = from[2];
    tally->open = from[3];
    tally->seen = true;
    from += 4;
    for (int i = 0; i < TALLY_TOOKS; i++, from += TOOK_NUMBERS)
        *tooks[i] = (struct took){from[0], from[1], from[2], 0};
}

uint64_t *tallies_numbers(const struct tallies *tallies, size_t *count)
{
    size_t rows = 0;
    for (uint32_t i = 0; i < tallies->functions; i++)
        rows += tallies->of[i].seen;
    uint64_t *numbers = malloc((SUMS_NUMBERS + rows * TALLY_NUMBERS) * sizeof *numbers), *to = numbers;
    if (numbers == NULL)
        return NULL;
    sums_numbers(&tallies->sums, to);
    to += SUMS_NUMBERS;
    for (uint32_t i = 0; i < tallies->functions; i++)
        if (tallies->of[i].seen)
            to = put_tally(to, i, &tallies->of[i]);
    *count = (size_t)(to - numbers);
    return numbers;
}

/* Functions rise, and are the lowest of their same. */
static bool can_be(const struct tallies *tallies, const uint64_t *numbers, size_t count)
{
    if (count < SUMS_NUMBERS || (count - SUMS_NUMBERS) % TALLY_NUMBERS != 0)
        return false;
    uint64_t least = 0;
    for (size_t i = SUMS_NUMBERS; i < count; i += TALLY_NUMBERS) {
        if (numbers[i] < least || numbers[i] >= tallies->functions)
            return false;
        least = numbers[i] + 1;
    }
    return true;
}

bool tallies_load(struct tallies *tallies, const uint64_t *numbers, size_t count)
{
    if (!can_be(tallies, numbers, count))
        return false;
    sums_load(&tallies->sums, numbers);
    for (size_t i = SUMS_NUMBERS; i < count; i += TALLY_NUMBERS)
        get_tally(&tallies->of[numbers[i]], numbers + i);
    return true;
}
