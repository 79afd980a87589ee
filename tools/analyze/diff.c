#include "analyze/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the rows are made from. */
struct maker {
    const struct measures *measures;
    const struct recording *recordings;
    size_t count, sides[2];
    const double *pace;
    double whole[2]; /* self time of each side, on the mean */
    double *values;  /* room for one of each recording, the old side's first */
};

/* ---- pace ------------------------------------------------------------------------------------------------------- */

struct weighed {
    double value, weight;
};

static int by_value(const void *a, const void *b)
{
    double one = ((const struct weighed *)a)->value, other = ((const struct weighed *)b)->value;
    return (one > other) - (one < other);
}

/* 1 where there is nothing. */
static double weighted_median(struct weighed *values, size_t count)
{
    double whole = 0, sum = 0;
    qsort(values, count, sizeof *values, by_value);
    for (size_t i = 0; i < count; i++)
        whole += values[i].weight;
    for (size_t i = 0; i < count; i++)
        if ((sum += values[i].weight) >= whole / 2)
            return values[i].value;
    return 1;
}

static double middle_self(const struct measure *of, size_t count, struct weighed *room)
{
    for (size_t r = 0; r < count; r++)
        room[r] = (struct weighed){of[r].self, 1};
    return weighted_median(room, count);
}

/* Called as often in all recordings, and timed in all. */
static bool can_pace(const struct measure *of, size_t count)
{
    for (size_t r = 0; r < count; r++)
        if (of[r].calls != of[0].calls || of[r].calls == 0 || of[r].self <= 0)
            return false;
    return true;
}

static double pace_of(const struct maker *maker, const double *middles, uint32_t items, size_t recording,
                      struct weighed *room)
{
    size_t used = 0;
    for (uint32_t i = 0; i < items; i++)
        if (middles[i] > 0)
            room[used++] =
                (struct weighed){maker->measures->by_item[i * maker->count + recording].self / middles[i], middles[i]};
    return weighted_median(room, used);
}

static int find_pace(struct diff *diff, const struct maker *maker, uint32_t items)
{
    struct weighed *room = malloc((items + maker->count + 1) * sizeof *room);
    double *middles = malloc((items + (size_t)1) * sizeof *middles), sums[2] = {0, 0}, alike = 0;
    bool fits = room != NULL && middles != NULL;
    for (uint32_t i = 0; i < items && fits; i++) {
        const struct measure *of = &maker->measures->by_item[i * maker->count];
        middles[i] = can_pace(of, maker->count) ? middle_self(of, maker->count, room) : 0;
        alike += middles[i];
    }
    bool known = alike > fmax(maker->whole[0], maker->whole[1]) / 4;
    for (size_t r = 0; r < maker->count && fits; r++) {
        diff->pace[r] = known ? pace_of(maker, middles, items, r, room) : 1;
        sums[maker->recordings[r].later] += diff->pace[r];
    }
    if (fits)
        diff->pace_change = sums[1] / (double)maker->sides[1] / (sums[0] / (double)maker->sides[0]);
    for (size_t r = 0; r < maker->count && fits && diff->absolute; r++)
        diff->pace[r] = 1;
    free(room);
    free(middles);
    return fits ? 0 : -1;
}

/* ---- one row ---------------------------------------------------------------------------------------------------- */

/* The self of one recording as an estimate from its calls: as many as there are, each as uncertain as they scatter. */
static struct estimate estimate_recording(const struct measure *measure, double pace)
{
    double n = measure->calls, spread = n > 1 ? (measure->squares - measure->net * measure->net / n) / (n - 1) : 0;
    return (struct estimate){measure->self / pace, sqrt(fmax(spread, 0) * n) / pace, n > 1 ? n - 1 : 0};
}

/* A side's mean, by the calls of all its recordings. */
static struct estimate estimate_side(const struct maker *maker, const struct measure *of, bool later)
{
    struct estimate side = {0};
    double n = (double)maker->sides[later];
    for (size_t r = 0; r < maker->count; r++) {
        if (maker->recordings[r].later != later)
            continue;
        struct estimate one = estimate_recording(&of[r], maker->pace[r]);
        side.mean += one.mean / n;
        side.error = hypot(side.error, one.error / n);
        side.freedom += one.freedom;
    }
    return side;
}

/* One of each recording, those of the old side first. */
static void sort_sides(const struct maker *maker, const struct measure *of, bool calls)
{
    size_t next[2] = {0, maker->sides[0]};
    for (size_t r = 0; r < maker->count; r++)
        maker->values[next[maker->recordings[r].later]++] = calls ? of[r].calls : of[r].self / maker->pace[r];
}

static struct estimate compare_sides(const struct maker *maker, double means[2])
{
    struct estimate old = estimate_mean(maker->values, maker->sides[0]);
    struct estimate new = estimate_mean(maker->values + maker->sides[0], maker->sides[1]);
    means[0] = old.mean;
    means[1] = new.mean;
    return estimate_difference(&old, &new, maker->sides);
}

static bool all_equal(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (values[i] != values[0])
            return false;
    return true;
}

/* Where each side's recordings agree any difference counts. */
static void judge_calls(struct diff_row *row, const struct maker *maker)
{
    struct estimate change = compare_sides(maker, row->calls);
    row->varies =
        !all_equal(maker->values, maker->sides[0]) || !all_equal(maker->values + maker->sides[0], maker->sides[1]);
    if (change.mean == 0 || (row->varies && estimate_chance(&change) > DIFF_LEVEL / 100))
        return;
    row->calls_verdict = change.mean > 0 ? DIFF_MORE : DIFF_LESS;
    if (row->calls[0] == 0 || row->calls[1] == 0)
        row->calls_verdict = row->calls[0] == 0 ? DIFF_NEW : DIFF_GONE;
}

static void fill_row(struct diff_row *row, const struct maker *maker, const struct measure *of, double least_share)
{
    sort_sides(maker, of, true);
    judge_calls(row, maker);
    sort_sides(maker, of, false);
    row->change = compare_sides(maker, row->self);
    struct estimate old = estimate_side(maker, of, false), new = estimate_side(maker, of, true);
    const size_t one_each[2] = {1, 1};
    row->by_calls = estimate_difference(&old, &new, one_each);
    row->tested = row->self[0] >= least_share * maker->whole[0] || row->self[1] >= least_share * maker->whole[1];
    row->chance = row->tested ? estimate_chance(diff_judged(row)) : 1;
}

const struct estimate *diff_judged(const struct diff_row *row)
{
    return row->change.freedom > 0 ? &row->change : &row->by_calls;
}

bool diff_found(const struct diff_row *row)
{
    return row->time != DIFF_NONE || row->calls_verdict != DIFF_NONE;
}

/* ---- all rows --------------------------------------------------------------------------------------------------- */

static int adjust(struct diff_row *rows, size_t count, size_t *tested)
{
    double *chances = malloc((count + 1) * sizeof *chances);
    *tested = 0;
    if (chances == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (rows[i].tested)
            chances[(*tested)++] = rows[i].chance;
    int status = holm_adjust(chances, *tested);
    size_t next = 0;
    for (size_t i = 0; i < count && status == 0; i++) {
        if (!rows[i].tested)
            continue;
        rows[i].chance = chances[next++];
        if (rows[i].chance <= DIFF_LEVEL)
            rows[i].time = rows[i].change.mean > 0 ? DIFF_MORE : DIFF_LESS;
    }
    free(chances);
    return status;
}

static int by_contribution(const void *a, const void *b)
{
    const struct diff_row *one = a, *other = b;
    double left = fabs(one->change.mean), right = fabs(other->change.mean);
    if (left != right)
        return left > right ? -1 : 1;
    if (one->path != other->path)
        return one->path < other->path ? -1 : 1;
    return one->item < other->item ? -1 : one->item > other->item;
}

static int make_functions(struct diff *diff, const struct maker *maker, uint32_t items, double least_share)
{
    diff->functions = calloc(items + (size_t)1, sizeof *diff->functions);
    if (diff->functions == NULL)
        return -1;
    for (uint32_t i = 0; i < items; i++) {
        struct diff_row *row = &diff->functions[diff->function_count];
        *row = (struct diff_row){.item = i, .path = CT_NONE};
        fill_row(row, maker, &maker->measures->by_item[i * maker->count], least_share);
        diff->function_count += row->calls[0] != 0 || row->calls[1] != 0;
    }
    int status = adjust(diff->functions, diff->function_count, &diff->tested_functions);
    qsort(diff->functions, diff->function_count, sizeof *diff->functions, by_contribution);
    return status;
}

static int make_paths(struct diff *diff, const struct maker *maker, double least_share)
{
    const struct measures *measures = maker->measures;
    size_t tested;
    diff->paths = calloc(measures->count, sizeof *diff->paths);
    if (diff->paths == NULL)
        return -1;
    for (uint32_t i = 1; i < measures->count; i++) {
        struct diff_row *row = &diff->paths[diff->path_count++];
        *row = (struct diff_row){.item = measures->paths[i].item, .path = i};
        fill_row(row, maker, &measures->by_path[i * maker->count], least_share);
    }
    int status = adjust(diff->paths, diff->path_count, &tested);
    qsort(diff->paths, diff->path_count, sizeof *diff->paths, by_contribution);
    return status;
}

/* All self time, whatever the pace. */
static int make_whole(struct diff *diff, struct maker *maker)
{
    double *ones = malloc((maker->count + 1) * sizeof *ones);
    struct measure *sums = calloc(maker->count + 1, sizeof *sums);
    bool fits = ones != NULL && sums != NULL;
    for (size_t r = 0; r < maker->count && fits; r++) {
        ones[r] = 1;
        for (uint32_t i = 1; i < maker->measures->count; i++) {
            const struct measure *of = &maker->measures->by_path[i * maker->count + r];
            sums[r].calls += of->calls;
            sums[r].self += of->self;
            sums[r].net += of->net;
            sums[r].squares += of->squares;
        }
    }
    if (fits) {
        maker->pace = ones;
        diff->whole = (struct diff_row){.item = CT_NONE, .path = CT_NONE};
        fill_row(&diff->whole, maker, sums, 0);
        memcpy(maker->whole, diff->whole.self, sizeof maker->whole);
        if (diff->whole.chance <= DIFF_LEVEL)
            diff->whole.time = diff->whole.change.mean > 0 ? DIFF_MORE : DIFF_LESS;
    }
    free(ones);
    free(sums);
    return fits ? 0 : -1;
}

int diff_make(struct diff *diff, const struct measures *measures, const struct matching *matching,
              const struct recording *recordings, const struct diff_choice *choice, struct error *error)
{
    size_t count = matching->recordings;
    struct maker maker = {.measures = measures, .recordings = recordings, .count = count};
    for (size_t r = 0; r < count; r++)
        maker.sides[recordings[r].later]++;
    *diff = (struct diff){.absolute = choice->absolute, .sides = {maker.sides[0], maker.sides[1]}, .pace_change = 1};
    diff->pace = malloc((count + 1) * sizeof *diff->pace);
    maker.values = malloc((count + 1) * sizeof *maker.values);
    bool fits = diff->pace != NULL && maker.values != NULL && make_whole(diff, &maker) == 0 &&
                find_pace(diff, &maker, matching->count) == 0;
    maker.pace = diff->pace;
    fits = fits && make_functions(diff, &maker, matching->count, choice->least_share) == 0 &&
           make_paths(diff, &maker, choice->least_share) == 0;
    free(maker.values);
    return fits ? 0 : error_set(error, "out of memory for comparing %u paths", measures->count);
}

void diff_free(struct diff *diff)
{
    free(diff->functions);
    free(diff->paths);
    free(diff->pace);
    *diff = (struct diff){0};
}
