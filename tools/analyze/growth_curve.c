#include "analyze/growth_curve.h"

#include <math.h>
#include <stdlib.h>

/* ---- points as logarithms ---- */

/* What ln 1 counts as: with a constant beside it, it is nothing. */
static const double least_logarithm = 1e-3;

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

struct cloud *cloud_of(const struct growth_point *points, size_t count, size_t first)
{
    struct cloud *cloud = calloc(1, sizeof *cloud + count * (6 + REGRESS_MOST) * sizeof(double));
    if (cloud == NULL)
        return NULL;
    cloud->count = count;
    cloud->x = cloud->memory;
    cloud->xx = cloud->x + count;
    cloud->z = cloud->xx + count;
    cloud->y = cloud->z + count;
    cloud->weight = cloud->y + count;
    cloud->rests = cloud->weight + count;
    cloud->columns = (double(*)[REGRESS_MOST])(cloud->rests + count);
    for (size_t i = 0; i < count; i++) {
        const struct growth_point *point = &points[i];
        cloud->x[i] = log(point->n[first]);
        cloud->xx[i] = log(point->n[1 - first]);
        cloud->z[i] = log(fmax(cloud->x[i], least_logarithm));
        cloud->y[i] = log(point->y);
        cloud->weight[i] = weight_of(point);
    }
    weigh(cloud);
    return cloud;
}

/* ---- one law ---- */

double curve_criterion(double rss, size_t points, size_t parameters)
{
    double n = (double)points, k = (double)parameters + 1, floor = n * GROWTH_PRECISION * GROWTH_PRECISION;
    if (n - k - 1 < 1)
        return INFINITY;
    return n * log((rss > floor ? rss : floor) / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

double curve_height(const struct cloud *cloud, const struct curve *curve, size_t i)
{
    double rise = curve->exponent * cloud->x[i];
    if (curve->shift != 0)
        return rise + log(fmax(cloud->x[i] + curve->shift, least_logarithm));
    return curve->logarithm ? rise + cloud->z[i] : rise;
}

double curve_top(const struct cloud *cloud, const struct curve *curve)
{
    double top = -INFINITY;
    for (size_t i = 0; i < cloud->count; i++)
        top = fmax(top, curve_height(cloud, curve, i));
    return top;
}

/* The least a * n^e * ... beside the largest, in logarithms. */
static double depth(const struct cloud *cloud, const struct curve *curve, double top)
{
    double bottom = top;
    for (size_t i = 0; i < cloud->count; i++)
        bottom = fmin(bottom, curve_height(cloud, curve, i));
    return bottom - top;
}

double curve_rest(const struct cloud *cloud, const struct curve *curve, double top, size_t i)
{
    return cloud->y[i] - curve->level - curve->other * cloud->xx[i] -
           log(curve->ratio + exp(curve_height(cloud, curve, i) - top));
}

/* The level that fits best, and m's exponent, and what is left. */
static double level_curve(const struct cloud *cloud, struct curve *curve)
{
    double top = curve_top(cloud, curve), mean = 0, along = 0, rss = 0;
    curve->level = curve->other = 0;
    for (size_t i = 0; i < cloud->count; i++) {
        double rest = cloud->weight[i] * curve_rest(cloud, curve, top, i);
        mean += rest;
        along += rest * cloud->xx[i];
    }
    curve->level = mean / (double)cloud->count;
    curve->other = curve->paired && cloud->square_xx > 0 ? along / cloud->square_xx : 0;
    for (size_t i = 0; i < cloud->count; i++) {
        double rest = curve_rest(cloud, curve, top, i);
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

/* 1 - exp(-bend) of the smallest rise is missing everywhere. */
static double try_bend(const struct cloud *cloud, struct curve *curve, double bend)
{
    curve->ratio = -exp(depth(cloud, curve, curve_top(cloud, curve))) * (1 - exp(-bend));
    return level_curve(cloud, curve);
}

/* c between the least of the rest, so that it bends no more than the smallest sizes, and three times the largest:
 * beyond, it is nothing, or all there is. */
static double fit_level(const struct cloud *cloud, struct curve *curve)
{
    static const double most = 1.1, deepest = 50, step = 0.85; /* ln 3 is 1.1 */
    static const double most_bend = 7;
    curve->ratio = 0;
    if (curve->late)
        return least(cloud, curve, try_bend, 0, most_bend, (int)ceil(most_bend / step));
    if (!curve->constant)
        return level_curve(cloud, curve);
    double low = fmin(log(1e-4), fmax(-deepest, depth(cloud, curve, curve_top(cloud, curve))));
    return least(cloud, curve, try_ratio, low, most, (int)ceil((most - low) / step));
}

static double try_exponent(const struct cloud *cloud, struct curve *curve, double exponent)
{
    curve->exponent = exponent;
    return fit_level(cloud, curve);
}

/* With a constant the exponent is positive: else it would be the constant. */
struct curve curve_fit_free(const struct cloud *cloud, struct curve curve)
{
    bool constant = curve.constant || curve.late;
    least(cloud, &curve, try_exponent, constant ? 0.2 : -4, constant ? 4.2 : 5, constant ? 16 : 18);
    curve.parameters = 2u + constant + curve.paired;
    curve.aicc = curve_criterion(curve.rss, cloud->count, curve.parameters);
    return curve;
}

struct curve curve_fit_power(const struct cloud *cloud, bool logarithm, bool constant)
{
    return curve_fit_free(cloud, (struct curve){.logarithm = logarithm, .constant = constant});
}

void curve_fit(const struct cloud *cloud, struct curve *curve)
{
    fit_level(cloud, curve);
    curve->parameters = 1u + (curve->constant || curve->late);
    curve->aicc = curve_criterion(curve->rss, cloud->count, curve->parameters);
}

static double try_shift(const struct cloud *cloud, struct curve *curve, double shift)
{
    curve->shift = shift;
    return fit_level(cloud, curve);
}

struct curve curve_fit_shift(const struct cloud *cloud, double exponent, double from)
{
    enum { STEPS = 6, PARAMETERS = 2 };
    struct curve curve = {.exponent = exponent, .logarithm = true};
    least(cloud, &curve, try_shift, from, 0, STEPS);
    curve.parameters = PARAMETERS;
    curve.aicc = curve_criterion(curve.rss, cloud->count, PARAMETERS);
    return curve;
}

struct curve curve_better(struct curve without, struct curve with)
{
    return with.aicc + 2 < without.aicc ? with : without;
}
