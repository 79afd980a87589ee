#include "analyze/histogram.h"

#include <stdlib.h>

/* Octave 0 holds what is less than 64, one value a part; octave n what has 6 + n bits. */
static uint32_t octave_of(uint64_t value)
{
    return value < HISTOGRAM_PARTS ? 0 : (uint32_t)(64 - HISTOGRAM_BITS - __builtin_clzll(value));
}

static uint32_t shift_of(uint32_t octave)
{
    return octave != 0 ? octave - 1 : 0;
}

static uint64_t *octave_at(struct histogram *histogram, uint32_t octave)
{
    uint64_t **counts = &histogram->octaves[octave];
    if (*counts == NULL)
        *counts = calloc(HISTOGRAM_PARTS, sizeof **counts);
    return *counts;
}

int histogram_add(struct histogram *histogram, uint64_t value)
{
    uint32_t octave = octave_of(value);
    uint64_t *counts = octave_at(histogram, octave);
    if (counts == NULL)
        return -1;
    counts[value >> shift_of(octave) & (HISTOGRAM_PARTS - 1)]++;
    histogram->count++;
    return 0;
}

int histogram_join(struct histogram *to, const struct histogram *from)
{
    for (uint32_t i = 0; i < HISTOGRAM_OCTAVES; i++) {
        uint64_t *counts = from->octaves[i] != NULL ? octave_at(to, i) : NULL;
        if (from->octaves[i] == NULL)
            continue;
        if (counts == NULL)
            return -1;
        for (uint32_t part = 0; part < HISTOGRAM_PARTS; part++)
            counts[part] += from->octaves[i][part];
    }
    to->count += from->count;
    return 0;
}

void histogram_free(struct histogram *histogram)
{
    for (uint32_t i = 0; i < HISTOGRAM_OCTAVES; i++)
        free(histogram->octaves[i]);
    *histogram = (struct histogram){0};
}

/* The middle of a part. */
static uint64_t value_at(uint32_t octave, uint32_t part)
{
    uint64_t width = UINT64_C(1) << shift_of(octave);
    uint64_t first = octave != 0 ? (uint64_t)(HISTOGRAM_PARTS + part) << shift_of(octave) : part;
    return first + (width - 1) / 2;
}

uint64_t histogram_percentile(const struct histogram *histogram, uint32_t permille)
{
    uint64_t rank = (uint64_t)(((unsigned __int128)histogram->count * permille + 999) / 1000), before = 0;
    for (uint32_t i = 0; i < HISTOGRAM_OCTAVES; i++)
        for (uint32_t part = 0; histogram->octaves[i] != NULL && part < HISTOGRAM_PARTS; part++) {
            before += histogram->octaves[i][part];
            if (before != 0 && before >= rank)
                return value_at(i, part);
        }
    return 0;
}
