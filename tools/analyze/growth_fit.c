#include "analyze/growth_fit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/regress.h"

/* Times are not known better than this: what fits better is not better. */
static const double precision = 0.005;
static const double least_log = 2; /* ln ln n wants n above 1, and ln n looks like n just above it */

static const struct law {
    double exponent;
    bool logarithm;
    const char *text;
} laws[LAW_COUNT] = {
    [LAW_CONSTANT] = {0, false, "1"},        [LAW_LOG] = {0, true, "log n"},
    [LAW_ROOT] = {0.5, false, "sqrt n"},     [LAW_LINEAR] = {1, false, "n"},
    [LAW_LINEAR_LOG] = {1, true, "n log n"}, [LAW_THREE_HALVES] = {1.5, false, "n^1.5"},
    [LAW_SQUARE] = {2, false, "n^2"},        [LAW_SQUARE_LOG] = {2, true, "n^2 log n"},
    [LAW_CUBE] = {3, false, "n^3"},
};

const char *growth_law_text(enum growth_law law)
{
    return law < LAW_COUNT ? laws[law].text : "n^e";
}

/* ---- points as logarithms ---- */

struct cloud {
    size_t count;
    double *x, *xx, *z, *y, *weight; /* ln n, ln m less its mean, ln ln n, ln y; weights have the mean 1 */
    double (*columns)[REGRESS_MOST];
    double mean, tss;
    double mean_xx, square_xx; /* of ln m; the sum of squares of xx */
    double scale;              /* by which the weights were divided: calls that a point stands for, about */
    double memory[];
};

/* A point's variance: that of its calls by how many they are, and some that more calls do not lessen. */
static double weight_of(const struct growth_point *point)
{
    return 1 / (1 / point->calls + 1.0 / 8);
}

static void weigh(struct cloud *cloud)
{
    double sum = 0;
    for (size_t i = 0; i < cloud->count; i++)
        sum += cloud->weight[i];
    cloud->scale = sum / (double)cloud->count;
    for (size_t i = 0; i < cloud->count; i++) {
        cloud->weight[i] /= cloud->scale;
        cloud->mean += cloud->weight[i] * cloud->y[i] / (double)cloud->count;
        cloud->mean_xx += cloud->weight[i] * cloud->xx[i] / (double)cloud->count;
    }
    for (size_t i = 0; i < cloud->count; i++) {
        cloud->xx[i] -= cloud->mean_xx;
        cloud->square_xx += cloud->weight[i] * cloud->xx[i] * cloud->xx[i];
        cloud->tss += cloud->weight[i] * (cloud->y[i] - cloud->mean) * (cloud->y[i] - cloud->mean);
    }
}

/* `n` is numbers[first], m the other. NULL: no memory. */
static struct cloud *cloud_of(const struct growth_point *points, size_t count, size_t first)
{
    struct cloud *cloud = calloc(1, sizeof *cloud + count * (5 + REGRESS_MOST) * sizeof(double));
    if (cloud == NULL)
        return NULL;
    cloud->count = count;
    cloud->x = cloud->memory;
    cloud->xx = cloud->x + count;
    cloud->z = cloud->xx + count;
    cloud->y = cloud->z + count;
    cloud->weight = cloud->y + count;
    cloud->columns = (double(*)[REGRESS_MOST])(cloud->weight + count);
    for (size_t i = 0; i < count; i++) {
        const struct growth_point *point = &points[i];
        cloud->x[i] = log(point->n[first]);
        cloud->xx[i] = log(point->n[1 - first]);
        cloud->z[i] = point->n[first] >= least_log ? log(cloud->x[i]) : 0;
        cloud->y[i] = log(point->y);
        cloud->weight[i] = weight_of(point);
    }
    weigh(cloud);
    return cloud;
}

/* ---- one law ---- */

struct curve {
    double exponent;
    bool logarithm, constant;
    bool paired; /* all of it is to be multiplied with m^other */
    double other;
    double ratio; /* c, where a is such that the largest a * n^e * ... is 1 */
    double level; /* ln of that a's true size */
    double rss, aicc;
    size_t parameters;
};

static double criterion(double rss, size_t points, size_t parameters)
{
    double n = (double)points, k = (double)parameters + 1, floor = n * precision * precision;
    if (n - k - 1 < 1)
        return INFINITY;
    return n * log((rss > floor ? rss : floor) / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

static double height(const struct cloud *cloud, const struct curve *curve, size_t i)
{
    return curve->exponent * cloud->x[i] + (curve->logarithm ? cloud->z[i] : 0);
}

static double highest(const struct cloud *cloud, const struct curve *curve)
{
    double top = -INFINITY;
    for (size_t i = 0; i < cloud->count; i++)
        top = fmax(top, height(cloud, curve, i));
    return top;
}

static double rest_of(const struct cloud *cloud, const struct curve *curve, double top, size_t i)
{
    return cloud->y[i] - curve->level - curve->other * cloud->xx[i] -
           log(curve->ratio + exp(height(cloud, curve, i) - top));
}

/* The level that fits best, and m's exponent, and what is left. */
static double level_curve(const struct cloud *cloud, struct curve *curve)
{
    double top = highest(cloud, curve), mean = 0, along = 0, rss = 0;
    curve->level = curve->other = 0;
    for (size_t i = 0; i < cloud->count; i++) {
        double rest = cloud->weight[i] * rest_of(cloud, curve, top, i);
        mean += rest;
        along += rest * cloud->xx[i];
    }
    curve->level = mean / (double)cloud->count;
    curve->other = curve->paired && cloud->square_xx > 0 ? along / cloud->square_xx : 0;
    for (size_t i = 0; i < cloud->count; i++) {
        double rest = rest_of(cloud, curve, top, i);
        rss += cloud->weight[i] * rest * rest;
    }
    return curve->rss = rss;
}

/* Least of a function of one parameter: a coarse look, then golden sections around the best place. */
typedef double trial(const struct cloud *cloud, struct curve *curve, double parameter);

static double least(const struct cloud *cloud, struct curve *curve, trial *try, double from, double to, int steps)
{
    static const double golden = 0.6180339887498949;
    double best = from, best_rss = INFINITY, width = (to - from) / steps;
    for (int i = 0; i <= steps; i++) {
        double rss = try(cloud, curve, from + i * width);
        best = rss < best_rss ? from + i * width : best;
        best_rss = fmin(rss, best_rss);
    }
    double low = fmax(from, best - width), high = fmin(to, best + width);
    double a = high - golden * (high - low), b = low + golden * (high - low);
    double at_a = try(cloud, curve, a), at_b = try(cloud, curve, b);
    for (int i = 0; i < 18; i++) {
        if (at_a < at_b) {
            high = b;
            b = a;
            at_b = at_a;
            at_a = try(cloud, curve, a = high - golden * (high - low));
        } else {
            low = a;
            a = b;
            at_a = at_b;
            at_b = try(cloud, curve, b = low + golden * (high - low));
        }
    }
    return try(cloud, curve, (low + high) / 2);
}

static double try_ratio(const struct cloud *cloud, struct curve *curve, double logarithm)
{
    curve->ratio = exp(logarithm);
    return level_curve(cloud, curve);
}

/* c between a ten-thousandth of the largest and three times that: beyond, it is nothing, or all there is. */
static double fit_level(const struct cloud *cloud, struct curve *curve)
{
    curve->ratio = 0;
    if (!curve->constant)
        return level_curve(cloud, curve);
    return least(cloud, curve, try_ratio, log(1e-4), log(3), 12);
}

static double try_exponent(const struct cloud *cloud, struct curve *curve, double exponent)
{
    curve->exponent = exponent;
    return fit_level(cloud, curve);
}

static struct curve fit_law(const struct cloud *cloud, enum growth_law law, bool constant)
{
    struct curve curve = {.exponent = laws[law].exponent, .logarithm = laws[law].logarithm, .constant = constant};
    fit_level(cloud, &curve);
    curve.parameters = 1 + constant;
    curve.aicc = criterion(curve.rss, cloud->count, curve.parameters);
    return curve;
}

/* With a constant the exponent is positive: else it would be the constant. */
static struct curve fit_curve(const struct cloud *cloud, struct curve curve)
{
    bool constant = curve.constant;
    least(cloud, &curve, try_exponent, constant ? 0.2 : -4, constant ? 4.2 : 5, constant ? 16 : 18);
    curve.parameters = 2u + constant + curve.paired;
    curve.aicc = criterion(curve.rss, cloud->count, curve.parameters);
    return curve;
}

static struct curve fit_power(const struct cloud *cloud, bool logarithm, bool constant)
{
    return fit_curve(cloud, (struct curve){.logarithm = logarithm, .constant = constant});
}

/* ---- how sure ---- */

/* Derivatives of ln y by level, exponent, m's exponent and ln c, as a linear regression. */
static void derive(const struct cloud *cloud, const struct curve *curve)
{
    double top = highest(cloud, curve);
    for (size_t i = 0; i < cloud->count; i++) {
        double rise = exp(height(cloud, curve, i) - top), all = curve->ratio + rise;
        cloud->columns[i][0] = 1;
        cloud->columns[i][1] = rise / all * cloud->x[i];
        cloud->columns[i][2] = curve->paired ? cloud->xx[i] : curve->ratio / all;
        cloud->columns[i][3] = curve->ratio / all;
    }
}

/* Halves of Student's intervals, of the exponent and of m's; infinite where the data don't tell them apart. The errors
 * are by the residuals of the curve and not of the line. */
static void intervals(const struct cloud *cloud, const struct curve *curve, double half[GROWTH_NUMBERS])
{
    struct regression regression;
    double freedom = (double)cloud->count - (double)curve->parameters;
    half[0] = half[1] = INFINITY;
    derive(cloud, curve);
    if (freedom < 1 || !regress(&regression, curve->parameters, cloud->count,
                                (const double(*)[REGRESS_MOST])cloud->columns, cloud->y, cloud->weight))
        return;
    double floor = precision * precision * (double)cloud->count, line = fmax(regression.rss, DBL_MIN);
    double quantile = student_quantile(0.95, freedom) * sqrt(fmax(curve->rss, floor) / line);
    half[0] = quantile * regression.error[1];
    half[1] = quantile * regression.error[2];
}

static double chance_of(const struct cloud *cloud, double rss, size_t parameters)
{
    double freedom = (double)cloud->count - (double)parameters, used = (double)parameters - 1;
    if (freedom < 1 || used < 1)
        return 1;
    double floor = precision * precision * (double)cloud->count;
    return fisher_tail(fmax(0, cloud->tss - rss) / used / (fmax(rss, floor) / freedom), used, freedom);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* Of single calls around the law: by the quartiles of points that have several, or by the points themselves, which are
 * off by less the more calls they are the mean of; of either the median, that does not hang on interruptions. */
static double spread_of(const struct cloud *cloud, const struct growth_point *points, double *rests)
{
    static const double deviations_of_median = 0.6745; /* of a normal distribution */
    size_t several = 0;
    for (size_t i = 0; i < cloud->count; i++)
        rests[i] = fabs(rests[i]) * sqrt(cloud->weight[i] * cloud->scale) / deviations_of_median;
    double between = median(rests, cloud->count);
    for (size_t i = 0; i < cloud->count; i++)
        if (points[i].spread >= 0)
            rests[several++] = points[i].spread;
    return several != 0 ? fmax(between, median(rests, several)) : between;
}

static double spread_around(const struct cloud *cloud, const struct growth_point *points, const struct curve *curve)
{
    double *rests = (double *)cloud->columns, top = highest(cloud, curve);
    for (size_t i = 0; i < cloud->count; i++)
        rests[i] = rest_of(cloud, curve, top, i);
    return spread_of(cloud, points, rests);
}

/* ---- the verdict ---- */

static void set_ranges(struct growth_fit *fit, const struct growth_point *points, size_t count)
{
    fit->points = count;
    for (size_t k = 0; k < GROWTH_NUMBERS; k++)
        for (size_t i = 0; i < count; i++) {
            fit->from[k] = i == 0 ? points[i].n[k] : fmin(fit->from[k], points[i].n[k]);
            fit->to[k] = i == 0 ? points[i].n[k] : fmax(fit->to[k], points[i].n[k]);
        }
}

static bool is_wide(const struct growth_fit *fit, size_t k)
{
    return fit->to[k] >= fit->from[k] * GROWTH_LEAST_RANGE;
}

static void take_curve(struct growth_fit *fit, const struct cloud *cloud, const struct curve *curve)
{
    double top = highest(cloud, curve), scale = exp(curve->level);
    fit->logarithm = curve->logarithm;
    fit->factor = scale / exp(top);
    fit->constant = scale * curve->ratio;
    fit->r2 = cloud->tss > 0 ? 1 - curve->rss / cloud->tss : 0;
    fit->aicc = curve->aicc;
}

static void take_exponent(struct growth_fit *fit, const struct cloud *cloud, const struct curve *curve)
{
    double half[GROWTH_NUMBERS];
    intervals(cloud, curve, half);
    fit->exponent[0] = curve->exponent;
    fit->low[0] = curve->exponent - half[0];
    fit->high[0] = curve->exponent + half[0];
}

/* One with a constant only where that is worth it. */
static struct curve better(struct curve without, struct curve with)
{
    return with.aicc + 2 < without.aicc ? with : without;
}

struct contest {
    struct curve curves[LAW_COUNT];
    enum growth_law first, second;
};

static void hold_contest(struct contest *contest, const struct cloud *cloud, bool logarithms)
{
    contest->first = contest->second = LAW_POWER;
    for (enum growth_law law = 0; law < LAW_COUNT; law++) {
        struct curve *curve = &contest->curves[law];
        if (laws[law].logarithm && !logarithms)
            continue;
        *curve = fit_law(cloud, law, false);
        if (law != LAW_CONSTANT)
            *curve = better(*curve, fit_law(cloud, law, true));
        if (contest->first == LAW_POWER || curve->aicc < contest->curves[contest->first].aicc) {
            contest->second = contest->first;
            contest->first = law;
        } else if (contest->second == LAW_POWER || curve->aicc < contest->curves[contest->second].aicc) {
            contest->second = law;
        }
    }
}

static enum growth_verdict judge(const struct growth_fit *fit)
{
    bool flat = fit->low[0] > -GROWTH_FLAT && fit->high[0] < GROWTH_FLAT;
    if (fit->law == LAW_CONSTANT || (fit->numbers == 1 && flat && !fit->logarithm))
        return flat && fit->spread < GROWTH_QUIET ? GROWTH_CONSTANT : GROWTH_UNRELATED;
    if (fit->chance > 0.001)
        return GROWTH_UNRELATED;
    if (fit->r2 < GROWTH_LEAST_R2)
        return GROWTH_POOR;
    for (size_t k = 0; k < fit->numbers; k++)
        if (!(fit->high[k] - fit->low[k] <= 2 * GROWTH_WIDEST))
            return GROWTH_UNCERTAIN;
    return GROWTH_CLAIMED;
}

/* Named where no other law is nearly as good, and no power between them is better. */
static void choose(struct growth_fit *fit, const struct cloud *cloud, const struct growth_point *points)
{
    struct contest contest;
    bool logarithms = fit->from[0] >= least_log;
    struct curve power = better(fit_power(cloud, false, false), fit_power(cloud, false, true));
    hold_contest(&contest, cloud, logarithms);
    const struct curve *first = &contest.curves[contest.first], *second = &contest.curves[contest.second];
    fit->law = fit->rival = fit->rival_too = LAW_POWER;
    if (first->aicc > power.aicc + GROWTH_TELLING) {
        take_curve(fit, cloud, &power);
    } else if (second->aicc < first->aicc + GROWTH_TELLING) {
        fit->rival = contest.first;
        fit->rival_too = contest.second;
        take_curve(fit, cloud, &power);
    } else {
        fit->law = contest.first;
        take_curve(fit, cloud, first);
    }
    struct curve freed = power;
    if (fit->law != LAW_POWER && laws[fit->law].logarithm)
        freed = fit_power(cloud, true, first->constant && fit->law != LAW_LOG);
    else if (fit->law != LAW_POWER)
        freed = fit_power(cloud, false, first->constant);
    take_exponent(fit, cloud, &freed);
    fit->chance = chance_of(cloud, freed.rss, freed.parameters);
    fit->spread = spread_around(cloud, points, &freed);
    fit->verdict = judge(fit);
}

/* Enough of them, for as many numbers? */
static bool are_many(struct growth_fit *fit, size_t more)
{
    size_t sizes = fit->points + fit->silent;
    fit->verdict = sizes < GROWTH_LEAST_POINTS + more ? GROWTH_FEW : GROWTH_SILENT;
    return sizes >= GROWTH_LEAST_POINTS + more && fit->points >= GROWTH_LEAST_MEASURED + more;
}

struct growth_fit growth_fit_one(const struct growth_point *points, size_t count, size_t silent)
{
    struct growth_fit fit = {.numbers = 1, .law = LAW_POWER, .silent = silent};
    set_ranges(&fit, points, count);
    if (!are_many(&fit, 0))
        return fit;
    fit.verdict = GROWTH_NARROW;
    struct cloud *cloud = is_wide(&fit, 0) ? cloud_of(points, count, 0) : NULL;
    if (cloud != NULL)
        choose(&fit, cloud, points);
    free(cloud);
    return fit;
}

/* ---- two numbers ---- */

static void take_two(struct growth_fit *fit, const struct cloud *cloud, const struct curve *curve, size_t inner)
{
    double half[GROWTH_NUMBERS], top = highest(cloud, curve);
    const double exponents[GROWTH_NUMBERS] = {curve->exponent, curve->other};
    intervals(cloud, curve, half);
    for (size_t i = 0; i < GROWTH_NUMBERS; i++) {
        size_t k = i == 0 ? inner : 1 - inner;
        fit->exponent[k] = exponents[i];
        fit->low[k] = exponents[i] - half[i];
        fit->high[k] = exponents[i] + half[i];
    }
    fit->inner = inner;
    fit->factor = exp(curve->level - top - curve->other * cloud->mean_xx);
    fit->constant = curve->ratio * exp(top);
    fit->r2 = cloud->tss > 0 ? 1 - curve->rss / cloud->tss : 0;
    fit->aicc = curve->aicc;
    fit->chance = chance_of(cloud, curve->rss, curve->parameters);
}

/* Do both matter? An exponent of next to nothing is none. */
static bool both_matter(const struct growth_fit *fit)
{
    for (size_t k = 0; k < GROWTH_NUMBERS; k++)
        if (fabs(fit->exponent[k]) < 0.1 || (fit->low[k] <= 0 && fit->high[k] >= 0))
            return false;
    return true;
}

/* Either number may be the one whose loop costs something beside: the constant is worth it or there is none. */
static void choose_two(struct growth_fit *fit, const struct growth_point *points, struct cloud *clouds[GROWTH_NUMBERS])
{
    size_t inner = 0;
    struct curve best = fit_curve(clouds[0], (struct curve){.paired = true});
    double plain = best.aicc;
    bool related = best.rss < clouds[0]->tss / 2; /* else no constant makes a relation of it */
    for (size_t i = 0; i < GROWTH_NUMBERS && related; i++) {
        struct curve curve = fit_curve(clouds[i], (struct curve){.paired = true, .constant = true});
        if (curve.aicc + 2 < plain && curve.aicc < best.aicc) {
            best = curve;
            inner = i;
        }
    }
    take_two(fit, clouds[inner], &best, inner);
    fit->numbers = both_matter(fit) ? 2 : 1;
    fit->spread = spread_around(clouds[inner], points, &best);
    fit->verdict = fit->numbers == 2 ? judge(fit) : GROWTH_UNRELATED;
}

struct growth_fit growth_fit_two(const struct growth_point *points, size_t count, size_t silent)
{
    struct growth_fit fit = {.numbers = 1, .law = LAW_POWER, .rival = LAW_POWER, .silent = silent};
    set_ranges(&fit, points, count);
    if (!are_many(&fit, 2))
        return fit;
    fit.verdict = GROWTH_NARROW;
    if (!is_wide(&fit, 0) || !is_wide(&fit, 1))
        return fit;
    struct cloud *clouds[GROWTH_NUMBERS] = {cloud_of(points, count, 0), cloud_of(points, count, 1)};
    if (clouds[0] != NULL && clouds[1] != NULL)
        choose_two(&fit, points, clouds);
    free(clouds[0]);
    free(clouds[1]);
    return fit;
}

static double at_two(const struct growth_fit *fit, const double *n)
{
    size_t inner = fit->inner, outer = 1 - inner;
    return fit->factor * pow(n[outer], fit->exponent[outer]) * (fit->constant + pow(n[inner], fit->exponent[inner]));
}

double growth_at(const struct growth_fit *fit, const double *n)
{
    if (fit->numbers == 2)
        return at_two(fit, n);
    double rise = fit->factor * pow(n[0], fit->law < LAW_COUNT ? laws[fit->law].exponent : fit->exponent[0]);
    return fit->constant + (fit->logarithm ? rise * log(n[0]) : rise);
}
