#include "tape/clock.h"

#include <stdlib.h>

/* The two halves of a pair are read some 50 ns apart, or farther when the reader was interrupted: over 100 ms that
 * bends a line by less than a part in a million. */
#define PAIR_DISTANCE_NS UINT64_C(100000000)

int clock_add_pair(struct clock *clock, uint64_t ticks, uint64_t ns)
{
    if (clock->pair_count == clock->pair_room) {
        size_t room = clock->pair_room ? clock->pair_room * 2 : 16;
        void *pairs = realloc(clock->pairs, room * sizeof *clock->pairs);
        if (!pairs)
            return -1;
        clock->pairs = pairs;
        clock->pair_room = room;
    }
    clock->pairs[clock->pair_count++] = (struct clock_pair){ticks, ns};
    return 0;
}

void clock_free(struct clock *clock)
{
    free(clock->pairs);
    free(clock->lines);
    *clock = (struct clock){0};
}

static int compare_pairs(const void *a, const void *b)
{
    const struct clock_pair *x = a, *y = b;
    if (x->ticks != y->ticks)
        return x->ticks < y->ticks ? -1 : 1;
    return x->ns < y->ns ? -1 : x->ns > y->ns;
}

static bool after(const struct clock_pair *pair, const struct clock_pair *before)
{
    return pair->ticks > before->ticks && pair->ns > before->ns;
}

/* Keeps the first pair, those far enough from the one kept before, and the last. */
static void thin(struct clock *clock)
{
    struct clock_pair *pairs = clock->pairs;
    size_t kept = 1;
    struct clock_pair last = pairs[0];
    for (size_t i = 1; i < clock->pair_count; i++) {
        if (!after(&pairs[i], &last))
            continue;
        last = pairs[i];
        if (last.ns - pairs[kept - 1].ns >= PAIR_DISTANCE_NS)
            pairs[kept++] = last;
    }
    if (after(&last, &pairs[kept - 1])) {
        kept -= kept > 1; /* too close to the one before: it takes its place */
        pairs[kept++] = last;
    }
    clock->pair_count = kept;
}

/* Rounds down, so that a line never ends above where the next begins. */
static struct clock_line line_through(struct clock_pair from, struct clock_pair to)
{
    uint64_t ns = to.ns - from.ns, ticks = to.ticks - from.ticks;
    unsigned shift = (unsigned)__builtin_clzll(ns);
    unsigned __int128 multiplier = ((unsigned __int128)ns << shift) / ticks;
    while (shift < 63 && multiplier >> 62 == 0) { /* as many bits as fit: the error grows with the line's length */
        shift++;
        multiplier = ((unsigned __int128)ns << shift) / ticks;
    }
    return (struct clock_line){from, to.ns, (uint64_t)multiplier, shift};
}

static uint64_t along(const struct clock_line *line, uint64_t ticks)
{
    unsigned __int128 ns = (unsigned __int128)(ticks - line->from.ticks) * line->multiplier >> line->shift;
    return ns < line->until_ns - line->from.ns ? line->from.ns + (uint64_t)ns : line->until_ns;
}

/* Lines are about as long as each other, so the one wanted is mostly near where it would be if they were: sets low and
 * high around it, where that is so. */
static void guess_line(const struct clock *clock, uint64_t ticks, size_t *low, size_t *high)
{
    enum { NEAR = 2 };
    const struct clock_line *lines = clock->lines;
    size_t last = clock->line_count - 1;
    if (last <= 2 * NEAR || ticks < lines[0].from.ticks || ticks >= lines[last].from.ticks)
        return;
    double part = (double)(ticks - lines[0].from.ticks) / (double)(lines[last].from.ticks - lines[0].from.ticks);
    size_t guess = (size_t)(part * (double)last);
    size_t first = guess > NEAR ? guess - NEAR : 0, end = guess + NEAR < last ? guess + NEAR : last;
    if (lines[first].from.ticks <= ticks && ticks < lines[end].from.ticks) {
        *low = first;
        *high = end;
    }
}

size_t clock_line_of(const struct clock *clock, uint64_t ticks)
{
    size_t low = 0, high = clock->line_count;
    guess_line(clock, ticks, &low, &high);
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (clock->lines[middle].from.ticks <= ticks)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static uint64_t monotonic_ns(const struct clock *clock, uint64_t ticks)
{
    const struct clock_line *line = &clock->lines[clock_line_of(clock, ticks)];
    return ticks < line->from.ticks ? line->from.ns : along(line, ticks);
}

/* Draws the first line backwards to where the recording starts, if its first pair was read later. */
static void extend_back(struct clock_line *line, uint64_t start_ticks)
{
    if (start_ticks >= line->from.ticks)
        return;
    unsigned __int128 before = (unsigned __int128)(line->from.ticks - start_ticks) * line->multiplier >> line->shift;
    if (before <= line->from.ns)
        line->from = (struct clock_pair){start_ticks, line->from.ns - (uint64_t)before};
}

/* What lies after the last pair is on the last line. */
static void lines_through_pairs(struct clock *clock)
{
    for (size_t i = 0; i + 1 < clock->pair_count; i++)
        clock->lines[clock->line_count++] = line_through(clock->pairs[i], clock->pairs[i + 1]);
    clock->lines[clock->line_count - 1].until_ns = UINT64_MAX;
}

int clock_build(struct clock *clock, uint64_t start_ticks, bool ticks_are_ns, bool *guessed)
{
    if (clock->pair_count > 1) {
        qsort(clock->pairs, clock->pair_count, sizeof *clock->pairs, compare_pairs);
        thin(clock);
    }
    clock->lines = calloc(clock->pair_count + 1, sizeof *clock->lines);
    if (!clock->lines)
        return -1;
    *guessed = !ticks_are_ns && clock->pair_count < 2;
    if (ticks_are_ns || *guessed) {
        clock->lines[0] = (struct clock_line){{start_ticks, 0}, UINT64_MAX, 1, 0};
        clock->line_count = 1;
    } else {
        lines_through_pairs(clock);
        extend_back(&clock->lines[0], start_ticks);
    }
    clock->origin_ns = monotonic_ns(clock, start_ticks);
    return 0;
}

uint64_t clock_ns(const struct clock *clock, uint64_t ticks)
{
    uint64_t ns = monotonic_ns(clock, ticks);
    return ns > clock->origin_ns ? ns - clock->origin_ns : 0;
}
