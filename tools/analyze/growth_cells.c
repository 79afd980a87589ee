#include "analyze/growth_cells.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* One of this folder's: what falls into it, and a choice of it. */
struct growth_cell {
    int16_t bucket[GROWTH_KEYS];
    uint64_t seen;
    struct growth_call calls[GROWTH_CELL_CALLS];
};

enum { FIRST_ROOM = 64, NO_BUCKET = INT16_MIN };

/* Quarters of octaves; whole numbers up to 16 each have one of their own. */
static int16_t bucket_of(double number)
{
    if (!(number > 0) || !isfinite(number))
        return NO_BUCKET;
    if (number <= 16 && number == floor(number))
        return (int16_t)(10000 + (int)number);
    return (int16_t)floor(4 * log2(number));
}

static bool same_buckets(const int16_t *a, const int16_t *b)
{
    for (int i = 0; i < GROWTH_KEYS; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

static uint64_t hash_of(const int16_t *buckets)
{
    uint64_t hash = UINT64_C(0x9e3779b97f4a7c15);
    for (int i = 0; i < GROWTH_KEYS; i++)
        hash = (hash ^ (uint16_t)buckets[i]) * UINT64_C(0xff51afd7ed558ccd), hash ^= hash >> 32;
    return hash;
}

static struct growth_cell **slot_of(struct growth_cell **slots, uint32_t room, const int16_t *buckets)
{
    uint64_t at = hash_of(buckets) % room;
    while (slots[at] != NULL && !same_buckets(slots[at]->bucket, buckets))
        at = (at + 1) % room;
    return &slots[at];
}

static int widen(struct growth_cells *cells)
{
    uint32_t room = cells->room != 0 ? 2 * cells->room : FIRST_ROOM;
    struct growth_cell **slots = calloc(room, sizeof(struct growth_cell *));
    if (slots == NULL)
        return -1;
    for (uint32_t i = 0; i < cells->room; i++)
        if (cells->slots[i] != NULL)
            *slot_of(slots, room, cells->slots[i]->bucket) = cells->slots[i];
    free(cells->slots);
    cells->slots = slots;
    cells->room = room;
    return 0;
}

/* From the generator of clock.c's kind: the same choice each time. */
static uint64_t next_random(struct growth_cells *cells, uint64_t below)
{
    cells->random = cells->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (cells->random >> 33) % below;
}

/* Each of those seen is among those kept equally likely (Vitter, "Random sampling with a reservoir", algorithm R). */
static void keep(struct growth_cells *cells, struct growth_cell *cell, const struct growth_call *call)
{
    uint64_t place = cell->seen++;
    if (place >= GROWTH_CELL_CALLS)
        place = next_random(cells, cell->seen);
    if (place < GROWTH_CELL_CALLS)
        cell->calls[place] = *call;
}

int growth_cells_add(struct growth_cells *cells, const struct growth_call *call)
{
    int16_t buckets[GROWTH_KEYS];
    if (2 * cells->count >= cells->room && widen(cells) != 0)
        return -1;
    for (int i = 0; i < GROWTH_KEYS; i++)
        buckets[i] = bucket_of(call->number[i]);
    struct growth_cell **slot = slot_of(cells->slots, cells->room, buckets);
    cells->calls++;
    if (*slot == NULL && cells->count == GROWTH_CELLS_MOST) {
        cells->left_out++;
        return 0;
    }
    if (*slot == NULL) {
        if ((*slot = calloc(1, sizeof **slot)) == NULL)
            return -1;
        for (int i = 0; i < GROWTH_KEYS; i++)
            (*slot)->bucket[i] = buckets[i];
        cells->count++;
    }
    keep(cells, *slot, call);
    return 0;
}

void growth_cells_free(struct growth_cells *cells)
{
    for (uint32_t i = 0; i < cells->room; i++)
        free(cells->slots[i]);
    free(cells->slots);
    *cells = (struct growth_cells){0};
}

/* ---- points ---- */

struct sample {
    int16_t bucket[GROWTH_NUMBERS];
    double n[GROWTH_NUMBERS], y;
};

static int compare_samples(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;
    for (int i = 0; i < GROWTH_NUMBERS; i++)
        if (x->bucket[i] != y->bucket[i])
            return x->bucket[i] < y->bucket[i] ? -1 : 1;
    return (x->y > y->y) - (x->y < y->y);
}

static size_t collect(const struct growth_cell *cell, enum growth_measure measure, int key, int other,
                      struct sample *to)
{
    size_t kept = cell->seen < GROWTH_CELL_CALLS ? cell->seen : GROWTH_CELL_CALLS;
    if (cell->bucket[key] == NO_BUCKET || (other >= 0 && cell->bucket[other] == NO_BUCKET))
        return 0;
    for (size_t i = 0; i < kept; i++) {
        const struct growth_call *call = &cell->calls[i];
        to[i].bucket[0] = cell->bucket[key];
        to[i].bucket[1] = other >= 0 ? cell->bucket[other] : 0;
        to[i].n[0] = call->number[key];
        to[i].n[1] = other >= 0 ? call->number[other] : 1;
        to[i].y = call->measure[measure];
    }
    return kept;
}

/* Quartiles of what is in order, by the nearest of them. */
static double spread_of(const struct sample *samples, size_t count)
{
    double low = samples[count / 4].y, high = samples[count - 1 - count / 4].y;
    return count < 4 || low <= 0 ? -1 : log(high / low) / 1.349;
}

/* Of samples by rising y: the middle half's mean, which neither an interruption nor a clock's step moves far. */
static double interquartile_mean(const struct sample *samples, size_t count)
{
    double sum = 0;
    size_t quarter = count > 2 ? (count + 2) / 4 : 0; /* of three the median */
    for (size_t i = quarter; i < count - quarter; i++)
        sum += samples[i].y;
    return sum / (double)(count - 2 * quarter);
}

static struct growth_point point_of(const struct sample *samples, size_t count)
{
    struct growth_point point = {.calls = (double)count, .y = interquartile_mean(samples, count)};
    for (int k = 0; k < GROWTH_NUMBERS; k++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += log(samples[i].n[k]);
        point.n[k] = exp(sum / (double)count);
    }
    point.spread = spread_of(samples, count);
    return point;
}

/* All, those of no time as well. */
static void group(struct growth_points *to, const struct sample *samples, size_t count)
{
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && samples[end].bucket[0] == samples[first].bucket[0] &&
                              samples[end].bucket[1] == samples[first].bucket[1];)
            end++;
        to->points[to->count++] = point_of(samples + first, end - first);
    }
}

static bool is_within(const struct growth_point *point, const struct growth_point *other)
{
    return point->n[0] <= other->n[0] && point->n[1] <= other->n[1];
}

/* Is there a point of no time that is as large in both numbers? */
static bool is_silent(const struct growth_point *point, const struct growth_points *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (!(all->points[i].y > 0) && is_within(point, &all->points[i]))
            return true;
    return false;
}

static int compare_points(const void *a, const void *b)
{
    const struct growth_point *x = a, *y = b;
    return (x->n[0] > y->n[0]) - (x->n[0] < y->n[0]);
}

static int leave_out_silent(struct growth_points *points)
{
    bool *silent = malloc(points->count + 1);
    size_t left = 0;
    if (silent == NULL)
        return -1;
    for (size_t i = 0; i < points->count; i++)
        silent[i] = is_silent(&points->points[i], points);
    for (size_t i = 0; i < points->count; i++)
        if (!silent[i])
            points->points[left++] = points->points[i];
    points->silent = points->count - left;
    points->count = left;
    free(silent);
    return 0;
}

int growth_cells_points(struct growth_points *to, const struct growth_cells *cells, enum growth_measure measure,
                        int key, int other)
{
    size_t most = (size_t)cells->count * GROWTH_CELL_CALLS, used = 0;
    struct sample *samples = malloc((most + 1) * sizeof *samples);
    *to = (struct growth_points){.points = malloc((most + 1) * sizeof *to->points)};
    if (samples == NULL || to->points == NULL) {
        free(samples);
        return -1;
    }
    for (uint32_t i = 0; i < cells->room; i++)
        if (cells->slots[i] != NULL) {
            size_t some = collect(cells->slots[i], measure, key, other, samples + used);
            to->calls += some != 0 ? cells->slots[i]->seen : 0;
            used += some;
        }
    qsort(samples, used, sizeof *samples, compare_samples);
    group(to, samples, used);
    free(samples);
    qsort(to->points, to->count, sizeof *to->points, compare_points);
    return leave_out_silent(to);
}
