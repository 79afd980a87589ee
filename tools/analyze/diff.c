#include "analyze/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the level, what large rows have. */
#define LARGE_PART 0.8

/* What the rows are made from. */
struct maker {
    const struct measures *measures;
    const struct recording *recordings;
    size_t count, sides[2];
    const double *pace;
    bool pace_differs; /* between the sides, by more than chance, as far as is known */
    double whole[2];   /* self time of each side, on the mean */
    double *values;    /* room for one of each recording, the old side's first */
    struct typical typical;
    struct estimate *selfs; /* of one row: of each recording, however it is compared */
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

/* 1 where nothing has a weight. */
static double weighted_median(struct weighed *values, size_t count)
{
    double whole = 0, sum = 0;
    qsort(values, count, sizeof *values, by_value);
    for (size_t i = 0; i < count; i++)
        whole += values[i].weight;
    for (size_t i = 0; i < count && whole > 0; i++)
        if ((sum += values[i].weight) >= whole / 2)
            return values[i].value;
    return 1;
}

/* What a function, or path, took in each recording: by typical calls where all recordings have enough, and these took
 * more than recording them. */
static bool typical_selfs(const struct maker *maker, const struct measure *of, const struct estimate *typical)
{
    for (size_t r = 0; r < maker->count; r++) {
        if (typical[r].freedom == 0 || typical[r].mean <= 0)
            return false;
        maker->selfs[r] =
            (struct estimate){typical[r].mean * of[r].calls, typical[r].error * of[r].calls, typical[r].freedom};
    }
    return true;
}

/* As many calls as there are, each as uncertain as they scatter. */
static void summed_selfs(const struct maker *maker, const struct measure *of)
{
    for (size_t r = 0; r < maker->count; r++) {
        double n = of[r].calls, spread = n > 1 ? (of[r].squares - of[r].net * of[r].net / n) / (n - 1) : 0;
        maker->selfs[r] = (struct estimate){fmax(of[r].self, 0), sqrt(fmax(spread, 0) * n), n > 1 ? n - 1 : 0};
    }
}

static void likely_selfs(const struct maker *maker, uint32_t item)
{
    const struct measure *of = &maker->measures->by_item[item * maker->count];
    if (!typical_selfs(maker, of, &maker->typical.by_item[item * maker->count]))
        summed_selfs(maker, of);
}

/* 0: not called as often in all recordings, or not timed in all: tells nothing of pace. */
static double middle_self(const struct maker *maker, uint32_t item, struct weighed *room)
{
    const struct measure *of = &maker->measures->by_item[item * maker->count];
    likely_selfs(maker, item);
    for (size_t r = 0; r < maker->count; r++) {
        if (of[r].calls != of[0].calls || of[r].calls == 0 || maker->selfs[r].mean <= 0)
            return 0;
        room[r] = (struct weighed){maker->selfs[r].mean, 1};
    }
    return weighted_median(room, maker->count);
}

/* However much of the time, which is `alike`, is one function's: its change is no pace, nor moves it far from what the
 * others say. */
static double weight_of(double middle, double alike)
{
    return fmin(middle, (alike - middle) / 10);
}

static double pace_of(const struct maker *maker, const double *middles, uint32_t items, double alike, size_t recording,
                      struct weighed *room)
{
    size_t used = 0;
    for (uint32_t i = 0; i < items; i++) {
        if (middles[i] <= 0)
            continue;
        likely_selfs(maker, i);
        room[used++] = (struct weighed){maker->selfs[recording].mean / middles[i], weight_of(middles[i], alike)};
    }
    return weighted_median(room, used);
}

static int find_pace(struct diff *diff, const struct maker *maker, uint32_t items)
{
    struct weighed *room = malloc((items + maker->count + 1) * sizeof *room);
    double *middles = malloc((items + (size_t)1) * sizeof *middles), sums[2] = {0, 0}, alike = 0;
    bool fits = room != NULL && middles != NULL;
    for (uint32_t i = 0; i < items && fits; i++) {
        middles[i] = middle_self(maker, i, room);
        alike += middles[i];
    }
    bool known = alike > fmax(maker->whole[0], maker->whole[1]) / 4;
    for (size_t r = 0; r < maker->count && fits; r++) {
        diff->pace[r] = known ? pace_of(maker, middles, items, alike, r, room) : 1;
        sums[maker->recordings[r].later] += diff->pace[r];
    }
    if (fits && known)
        diff->pace_change = sums[1] / (double)maker->sides[1] / (sums[0] / (double)maker->sides[0]);
    for (size_t r = 0; r < maker->count && fits && diff->absolute; r++)
        diff->pace[r] = 1;
    free(room);
    free(middles);
    return fits ? 0 : -1;
}

/* ---- one row ---------------------------------------------------------------------------------------------------- */

/* A side's mean, by the calls of all its recordings. */
static struct estimate estimate_side(const struct maker *maker, bool later)
{
    struct estimate side = {0};
    double n = (double)maker->sides[later];
    for (size_t r = 0; r < maker->count; r++) {
        if (maker->recordings[r].later != later)
            continue;
        side.mean += maker->selfs[r].mean / maker->pace[r] / n;
        side.error = hypot(side.error, maker->selfs[r].error / maker->pace[r] / n);
        side.freedom += maker->selfs[r].freedom;
    }
    return side;
}

/* One of each recording, those of the old side first: calls where `of` is given, else times. */
static void sort_sides(const struct maker *maker, const struct measure *of)
{
    size_t next[2] = {0, maker->sides[0]};
    for (size_t r = 0; r < maker->count; r++)
        maker->values[next[maker->recordings[r].later]++] =
            of != NULL ? of[r].calls : maker->selfs[r].mean / maker->pace[r];
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

static struct diff_times compare_times(const struct maker *maker)
{
    const size_t one_each[2] = {1, 1};
    struct diff_times times = {.plain = 0};
    struct estimate old = estimate_side(maker, false), new = estimate_side(maker, true);
    for (size_t r = 0; r < maker->count; r++) {
        bool later = maker->recordings[r].later;
        times.plain += (later ? 1 : -1) * maker->selfs[r].mean / (double)maker->sides[later];
    }
    sort_sides(maker, NULL);
    times.change = compare_sides(maker, times.self);
    times.by_recordings = estimate_chance(&times.change);
    estimate_relative(maker->values, maker->sides, &times.change, &times.by_recordings);
    times.by_calls = estimate_difference(&old, &new, one_each);
    return times;
}

/* `doubtful`: it may be that the time does not go with the pace. */
static double chance_of(const struct diff_times *times, bool doubtful)
{
    double change = times->change.mean, plain = change < 0 ? -times->plain : times->plain;
    if (doubtful && plain < fabs(change) / 4)
        return 1;
    return times->change.freedom > 0 ? times->by_recordings : estimate_chance(&times->by_calls);
}

/* Two ways to find something are two chances. */
static void choose_times(struct diff_row *row, const struct maker *maker, const struct diff_times *typical)
{
    double summed = fmax(row->chance, estimate_chance(&row->times.by_calls)),
           other = chance_of(typical, maker->pace_differs);
    row->typical = other <= summed;
    if (row->typical)
        row->times = *typical;
    row->chance = fmin(1, 2 * fmin(summed, other));
}

/* Nothing was there, or is. */
static bool is_whole(const struct diff_row *row)
{
    return row->calls_verdict == DIFF_NEW || row->calls_verdict == DIFF_GONE;
}

static void show(struct diff_row *row, const struct maker *maker, const struct measure *of)
{
    for (size_t r = 0; r < maker->count; r++) {
        bool later = maker->recordings[r].later;
        row->shown[later] += of[r].shown / (double)maker->sides[later];
        row->bound[later] += of[r].bound / (double)maker->sides[later];
    }
}

/* Of one recording a side nothing is known of how much it differs by itself. */
static bool can_tell(const struct diff_row *row, const struct maker *maker, const struct diff_times *times)
{
    double less = fmin(times->self[0], times->self[1]), more = fmax(times->self[0], times->self[1]);
    double change = row->shown[1] - row->shown[0];
    if (maker->count > 2)
        return more > 0;
    return more > 2 * less && fabs(change) > row->bound[0] + row->bound[1] && change * times->change.mean > 0;
}

static void fill_row(struct diff_row *row, const struct maker *maker, const struct measure *of,
                     const struct estimate *typical, bool large)
{
    sort_sides(maker, of);
    judge_calls(row, maker);
    show(row, maker, of);
    summed_selfs(maker, of);
    row->times = compare_times(maker);
    row->large = large;
    row->tested = !is_whole(row) && can_tell(row, maker, &row->times);
    bool has_typical = large && typical != NULL && typical_selfs(maker, of, typical);
    row->chance = chance_of(&row->times, maker->pace_differs || !has_typical);
    if (has_typical) {
        struct diff_times times = compare_times(maker);
        row->tested = row->tested && can_tell(row, maker, &times);
        choose_times(row, maker, &times);
    } else if (!large) {
        row->chance = fmax(row->chance, estimate_chance(&row->times.by_calls));
    }
    if (!row->tested)
        row->chance = 1;
}

bool diff_found(const struct diff_row *row)
{
    return row->time != DIFF_NONE || row->calls_verdict != DIFF_NONE;
}

/* By so little chance that what keeps its time, and so seems to change as the paces do, could be found. Of one
 * recording a side it is not known. */
static bool pace_differs(const struct maker *maker)
{
    size_t next[2] = {0, maker->sides[0]};
    double means[2];
    for (size_t r = 0; r < maker->count; r++)
        maker->values[next[maker->recordings[r].later]++] = maker->pace[r];
    struct estimate change = compare_sides(maker, means);
    return change.freedom == 0 || estimate_chance(&change) < DIFF_LEVEL / 20;
}

/* ---- all rows --------------------------------------------------------------------------------------------------- */

/* The chances of one kind, of which it has that share of the level. */
static int adjust(struct diff_row *rows, size_t count, bool large, double share)
{
    double *chances = malloc((count + 1) * sizeof *chances);
    size_t tested = 0, next = 0;
    if (chances == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (rows[i].tested && rows[i].large == large)
            chances[tested++] = fmin(1, rows[i].chance / share);
    int status = holm_adjust(chances, tested);
    for (size_t i = 0; i < count && status == 0; i++) {
        if (!rows[i].tested || rows[i].large != large)
            continue;
        rows[i].chance = chances[next++];
        if (rows[i].chance <= DIFF_LEVEL)
            rows[i].time = rows[i].times.change.mean > 0 ? DIFF_MORE : DIFF_LESS;
    }
    free(chances);
    return status;
}

static int adjust_all(struct diff_row *rows, size_t count)
{
    int status = adjust(rows, count, true, LARGE_PART);
    return status == 0 ? adjust(rows, count, false, 1 - LARGE_PART) : status;
}

/* What is proven comes first. */
static int rank_of(const struct diff_row *row)
{
    return row->time != DIFF_NONE || is_whole(row) ? 0 : row->calls_verdict != DIFF_NONE ? 1 : 2;
}

static int by_contribution(const void *a, const void *b)
{
    const struct diff_row *one = a, *other = b;
    double left = fabs(one->times.change.mean), right = fabs(other->times.change.mean);
    if (rank_of(one) != rank_of(other))
        return rank_of(one) - rank_of(other);
    if (left != right)
        return left > right ? -1 : 1;
    if (one->path != other->path)
        return one->path < other->path ? -1 : 1;
    return one->item < other->item ? -1 : one->item > other->item;
}

static int make_functions(struct diff *diff, const struct maker *maker, uint32_t items, const bool *large)
{
    diff->functions = calloc(items + (size_t)1, sizeof *diff->functions);
    if (diff->functions == NULL)
        return -1;
    for (uint32_t i = 0; i < items; i++) {
        struct diff_row *row = &diff->functions[diff->function_count];
        *row = (struct diff_row){.item = i, .path = CT_NONE};
        fill_row(row, maker, &maker->measures->by_item[i * maker->count], &maker->typical.by_item[i * maker->count],
                 large[i]);
        diff->function_count += row->calls[0] != 0 || row->calls[1] != 0;
    }
    int status = adjust_all(diff->functions, diff->function_count);
    qsort(diff->functions, diff->function_count, sizeof *diff->functions, by_contribution);
    return status;
}

static int make_paths(struct diff *diff, const struct maker *maker, const bool *large)
{
    const struct measures *measures = maker->measures;
    diff->paths = calloc(measures->count, sizeof *diff->paths);
    if (diff->paths == NULL)
        return -1;
    for (uint32_t i = 1; i < measures->count; i++) {
        struct diff_row *row = &diff->paths[diff->path_count++];
        *row = (struct diff_row){.item = measures->paths[i].item, .path = i};
        fill_row(row, maker, &measures->by_path[i * maker->count], &maker->typical.by_path[i * maker->count], large[i]);
    }
    int status = adjust_all(diff->paths, diff->path_count);
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
        sums[r].shown = (double)maker->measures->sums[r].traced_ns;
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
        fill_row(&diff->whole, maker, sums, NULL, true);
        memcpy(maker->whole, diff->whole.times.self, sizeof maker->whole);
        if (diff->whole.chance <= DIFF_LEVEL && diff->whole.times.change.freedom > 0)
            diff->whole.time = diff->whole.times.change.mean > 0 ? DIFF_MORE : DIFF_LESS;
    }
    free(ones);
    free(sums);
    return fits ? 0 : -1;
}

/* Whether either side's mean is a large enough share of the whole; to be freed. */
static bool *find_large(const struct maker *maker, const struct measure *of, uint32_t count, double least_share)
{
    bool *large = calloc(count + (size_t)1, sizeof *large);
    for (uint32_t i = 0; i < count && large != NULL; i++) {
        double sums[2] = {0, 0};
        for (size_t r = 0; r < maker->count; r++)
            sums[maker->recordings[r].later] += of[i * maker->count + r].self;
        for (int side = 0; side < 2; side++)
            large[i] = large[i] || sums[side] / (double)maker->sides[side] >= least_share * maker->whole[side];
    }
    return large;
}

static int no_memory(const struct maker *maker, struct error *error)
{
    return error_set(error, "out of memory for comparing %u paths", maker->measures->count);
}

static int compare_all(struct diff *diff, struct maker *maker, const struct matching *matching,
                       const struct diff_choice *choice, struct error *error)
{
    const struct measures *measures = maker->measures;
    bool *items = find_large(maker, measures->by_item, matching->count, choice->least_share);
    bool *paths = find_large(maker, measures->by_path, measures->count, choice->least_share);
    int status = items != NULL && paths != NULL ? 0 : no_memory(maker, error);
    if (status == 0)
        status = typical_find(&maker->typical, measures, matching, maker->recordings, items, paths, choice->raw,
                              choice->watch, error);
    if (status == 0 && find_pace(diff, maker, matching->count) != 0)
        status = no_memory(maker, error);
    maker->pace = diff->pace;
    maker->pace_differs = status == 0 && pace_differs(maker);
    if (status == 0 &&
        (make_functions(diff, maker, matching->count, items) != 0 || make_paths(diff, maker, paths) != 0))
        status = no_memory(maker, error);
    typical_free(&maker->typical);
    free(items);
    free(paths);
    return status;
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
    maker.selfs = malloc((count + 1) * sizeof *maker.selfs);
    bool fits = diff->pace != NULL && maker.values != NULL && maker.selfs != NULL && make_whole(diff, &maker) == 0;
    int status = fits ? compare_all(diff, &maker, matching, choice, error) : no_memory(&maker, error);
    free(maker.values);
    free(maker.selfs);
    return status;
}

void diff_free(struct diff *diff)
{
    free(diff->functions);
    free(diff->paths);
    free(diff->pace);
    *diff = (struct diff){0};
}
