#include "analyze/growth_curve.h"
#include "analyze/growth_sum.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static const double least_log =
    2; /* n^e ln n without a constant wants n above 1, and ln n looks like n just above it */

/* ---- how sure ---- */

/* Derivatives of ln y by level, exponent, m's exponent and ln c, as a linear regression. */
static void derive(const struct cloud *cloud, const struct curve *curve)
{
    double top = curve_top(cloud, curve);
    for (size_t i = 0; i < cloud->count; i++) {
        double rise = exp(curve_height(cloud, curve, i) - top), all = curve->ratio + rise;
        cloud->columns[i][0] = 1;
        cloud->columns[i][1] = rise / all * cloud->x[i];
        cloud->columns[i][2] = curve->paired ? cloud->xx[i] : curve->ratio / all;
        cloud->columns[i][3] = curve->ratio / all;
    }
}

/* By how much the variance of what is fitted is larger than independent residuals would make it, where those of
 * neighbouring sizes resemble each other, as they do around a law that is not the true one: (1 + r) / (1 - r), r being
 * the correlation of neighbours (an autoregressive process of order 1). Points rise by the first number. */
static double inflation(const struct cloud *cloud)
{
    static const double most = 0.9;
    double together = 0, alone = 0;
    for (size_t i = 0; i < cloud->count; i++) {
        double rest = sqrt(cloud->weight[i]) * cloud->rests[i];
        alone += rest * rest;
        together += i != 0 ? rest * sqrt(cloud->weight[i - 1]) * cloud->rests[i - 1] : 0;
    }
    double r = alone > 0 ? fmax(0, fmin(most, together / alone)) : 0;
    return (1 + r) / (1 - r);
}

static double inflation_around(const struct cloud *cloud, const struct curve *curve)
{
    double top = curve_top(cloud, curve);
    for (size_t i = 0; i < cloud->count; i++)
        cloud->rests[i] = curve_rest(cloud, curve, top, i);
    return inflation(cloud);
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
    double floor = GROWTH_PRECISION * GROWTH_PRECISION * (double)cloud->count, line = fmax(regression.rss, DBL_MIN);
    double quantile =
        student_quantile(0.95, freedom) * sqrt(fmax(curve->rss, floor) / line * inflation_around(cloud, curve));
    half[0] = quantile * regression.error[1];
    half[1] = quantile * regression.error[2];
}

static double chance_of(const struct cloud *cloud, double rss, size_t parameters, double inflated)
{
    double freedom = (double)cloud->count - (double)parameters, used = (double)parameters - 1;
    if (freedom < 1 || used < 1)
        return 1;
    double floor = GROWTH_PRECISION * GROWTH_PRECISION * (double)cloud->count;
    return fisher_tail(fmax(0, cloud->tss - rss) / used / (fmax(rss, floor) / freedom) / inflated, used, freedom);
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
    double *rests = (double *)cloud->columns, top = curve_top(cloud, curve);
    for (size_t i = 0; i < cloud->count; i++)
        rests[i] = curve_rest(cloud, curve, top, i);
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

/* A single call of each of few sizes: what disturbed one of them is seen in no other. */
static bool are_sparse(const struct growth_point *points, size_t count)
{
    bool single = true;
    for (size_t i = 0; i < count; i++)
        single &= points[i].calls < 1.5;
    return single && count < GROWTH_SPARSE;
}

static bool is_wide(const struct growth_fit *fit, size_t k)
{
    return fit->to[k] >= fit->from[k] * GROWTH_LEAST_RANGE;
}

static void take_curve(struct growth_fit *fit, const struct cloud *cloud, const struct curve *curve)
{
    double top = curve_top(cloud, curve), scale = exp(curve->level);
    fit->logarithm = curve->logarithm;
    fit->shift = curve->shift;
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

struct contest {
    struct curve curves[LAW_COUNT];
    enum growth_law first, second;
};

static struct curve fit_law(const struct cloud *cloud, enum growth_law law, bool constant)
{
    struct curve curve = {
        .exponent = growth_law_exponent(law), .logarithm = growth_law_logarithm(law), .constant = constant};
    curve_fit(cloud, &curve);
    return curve;
}

/* n log n less some n; of small sizes ever less, so that enough is left of the logarithm. */
static struct curve less_linear(const struct cloud *cloud)
{
    static const double most = 1.5, least_left = 1;
    double smallest = INFINITY;
    for (size_t i = 0; i < cloud->count; i++)
        smallest = fmin(smallest, cloud->x[i]);
    return curve_fit_shift(cloud, 1, -fmax(0, fmin(most, smallest - least_left)));
}

/* n less a constant, as of a loop that begins at some n: near that it looks steeper than it is. */
static struct curve late_linear(const struct cloud *cloud)
{
    struct curve curve = {.exponent = 1, .late = true};
    curve_fit(cloud, &curve);
    return curve;
}

/* From 1 on a logarithm wants a constant beside it, and then is told from that only by a power beside it. What bends as
 * freely as the power is to be better by far. */
static struct curve best_of_law(const struct cloud *cloud, enum growth_law law, bool from_one,
                                const struct curve *power)
{
    if (law == LAW_CONSTANT)
        return fit_law(cloud, law, false);
    if (growth_law_logarithm(law) && from_one)
        return fit_law(cloud, law, true);
    struct curve best = curve_better(fit_law(cloud, law, false), fit_law(cloud, law, true));
    if (law != LAW_LINEAR_LOG && law != LAW_LINEAR)
        return best;
    struct curve less = law == LAW_LINEAR ? late_linear(cloud) : less_linear(cloud);
    return less.aicc + GROWTH_TELLING < power->aicc ? curve_better(best, less) : best;
}

static void hold_contest(struct contest *contest, const struct cloud *cloud, bool from_one, const struct curve *power)
{
    contest->first = contest->second = LAW_POWER;
    for (enum growth_law law = 0; law < LAW_COUNT; law++) {
        struct curve *curve = &contest->curves[law];
        if (law == LAW_LOG && from_one)
            continue;
        *curve = best_of_law(cloud, law, from_one, power);
        if (contest->first == LAW_POWER || curve->aicc < contest->curves[contest->first].aicc) {
            contest->second = contest->first;
            contest->first = law;
        } else if (contest->second == LAW_POWER || curve->aicc < contest->curves[contest->second].aicc) {
            contest->second = law;
        }
    }
}

double growth_least_r2(const struct growth_fit *fit)
{
    return fit->sparse ? GROWTH_SPARSE_R2 : GROWTH_LEAST_R2;
}

static enum growth_verdict judge(const struct growth_fit *fit)
{
    bool flat = fit->low[0] > -GROWTH_FLAT && fit->high[0] < GROWTH_FLAT;
    if (fit->law == LAW_CONSTANT || (fit->numbers == 1 && flat && !fit->logarithm))
        return flat && fit->spread < GROWTH_QUIET ? GROWTH_CONSTANT : GROWTH_UNRELATED;
    if (fit->chance > GROWTH_CHANCE)
        return GROWTH_UNRELATED;
    if (fit->r2 < growth_least_r2(fit))
        return GROWTH_POOR;
    for (size_t k = 0; k < fit->numbers; k++)
        if (!(fit->high[k] - fit->low[k] <= 2 * GROWTH_WIDEST))
            return GROWTH_UNCERTAIN;
    return GROWTH_CLAIMED;
}

static struct curve free_law(const struct cloud *cloud, const struct curve *named, enum growth_law law)
{
    return curve_fit_free(cloud, (struct curve){.logarithm = named->logarithm,
                                                .shift = named->shift,
                                                .late = named->late,
                                                .constant = named->constant && law != LAW_LOG});
}

/* A law whose exponent is not the one that fits, were it free, is not the law. */
static bool is_near(const struct cloud *cloud, enum growth_law law, const struct curve *freed)
{
    double half[GROWTH_NUMBERS];
    intervals(cloud, freed, half);
    return fabs(freed->exponent - growth_law_exponent(law)) <= fmax(half[0], GROWTH_NEAR);
}

/* Named where no other law is nearly as good, and no power between them is better. The curve that is told. */
static struct curve choose(struct growth_fit *fit, const struct cloud *cloud, const struct growth_point *points)
{
    struct contest contest;
    struct curve power = curve_better(curve_fit_power(cloud, false, false), curve_fit_power(cloud, false, true));
    hold_contest(&contest, cloud, fit->from[0] < least_log, &power);
    const struct curve *first = &contest.curves[contest.first], *second = &contest.curves[contest.second];
    struct curve told = power, freed = power;
    fit->law = fit->rival = fit->rival_too = LAW_POWER;
    if (first->aicc <= power.aicc + GROWTH_TELLING && second->aicc < first->aicc + GROWTH_TELLING) {
        fit->rival = contest.first;
        fit->rival_too = contest.second;
    } else if (first->aicc <= power.aicc + GROWTH_TELLING) {
        struct curve freer = free_law(cloud, first, contest.first);
        if (is_near(cloud, contest.first, &freer)) {
            fit->law = contest.first;
            told = *first;
            freed = freer;
        }
    }
    take_curve(fit, cloud, &told);
    take_exponent(fit, cloud, &freed);
    fit->chance = chance_of(cloud, freed.rss, freed.parameters, inflation_around(cloud, &freed));
    fit->spread = spread_around(cloud, points, &freed);
    fit->verdict = judge(fit);
    return told;
}

/* Enough of them, for as many numbers? */
static bool are_many(struct growth_fit *fit, size_t more)
{
    size_t sizes = fit->points + fit->silent;
    fit->verdict = sizes < GROWTH_LEAST_POINTS + more ? GROWTH_FEW : GROWTH_SILENT;
    return sizes >= GROWTH_LEAST_POINTS + more && fit->points >= GROWTH_LEAST_MEASURED + more;
}

/* ---- what holds from some size on ---- */

static bool is_related(const struct growth_fit *fit)
{
    return fit->chance <= GROWTH_CHANCE;
}

/* Of a straight line through points first to end. */
static double line_rss(const struct cloud *cloud, size_t first, size_t end)
{
    double weight = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    for (size_t i = first; i < end; i++) {
        double share = cloud->weight[i] / (weight += cloud->weight[i]), dx = cloud->x[i] - x, dy = cloud->y[i] - y;
        x += share * dx;
        y += share * dy;
        xx += cloud->weight[i] * dx * (cloud->x[i] - x);
        xy += cloud->weight[i] * dx * (cloud->y[i] - y);
        yy += cloud->weight[i] * dy * (cloud->y[i] - y);
    }
    return xx > 0 ? yy - xy * xy / xx : yy;
}

/* Where two lines fit best, each through enough points. 0: nowhere. */
static size_t find_break(const struct growth_point *points, const struct cloud *cloud)
{
    size_t best = 0, count = cloud->count;
    double best_rss = INFINITY;
    for (size_t i = GROWTH_LEAST_BELOW; i + GROWTH_LEAST_POINTS <= count; i++) {
        double rss = line_rss(cloud, 0, i) + line_rss(cloud, i, count);
        if (points[count - 1].n[0] < GROWTH_LEAST_RANGE * points[i].n[0])
            break;
        best = rss < best_rss ? i : best;
        best_rss = fmin(rss, best_rss);
    }
    return best;
}

/* What is left where the first `count` points have a curve of their own, in units of all points' weights. */
static double rss_below(const struct growth_point *points, size_t count, double scale, size_t *parameters)
{
    struct cloud *cloud = cloud_of(points, count, 0);
    if (cloud == NULL)
        return INFINITY;
    struct curve curve = curve_better(curve_fit_power(cloud, false, false), curve_fit_power(cloud, false, true));
    curve = curve_better(fit_law(cloud, LAW_CONSTANT, false), curve);
    double rss = curve.rss * cloud->scale / scale;
    *parameters += curve.parameters;
    free(cloud);
    return rss;
}

/* The law of what lies above the best break, where there is one: true, and how many points lie below. */
static bool break_off(struct growth_fit *fit, const struct growth_point *points, const struct cloud *cloud,
                      size_t *below)
{
    size_t first = find_break(points, cloud), count = cloud->count - first;
    struct growth_fit later = {.numbers = 1, .smallest = fit->smallest, .silent = fit->silent};
    struct cloud *above = first != 0 ? cloud_of(points + first, count, 0) : NULL;
    if (above == NULL)
        return false;
    set_ranges(&later, points + first, count);
    struct curve told = choose(&later, above, points + first);
    size_t parameters = told.parameters + 1;
    double rss = told.rss * above->scale / cloud->scale + rss_below(points, first, cloud->scale, &parameters);
    free(above);
    if ((later.verdict != GROWTH_CLAIMED && later.verdict != GROWTH_CONSTANT) ||
        curve_criterion(rss, cloud->count, parameters) + GROWTH_BREAKING > fit->aicc)
        return false;
    *fit = later;
    *below = first;
    return true;
}

/* A constant up to ln n = knee and a power from there on. */
struct hinge {
    double knee, exponent, rss;
};

/* A line by max(0, x - knee). */
static struct hinge hinge_at(const struct cloud *cloud, double knee)
{
    double mean = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < cloud->count; i++)
        mean += cloud->weight[i] * fmax(0, cloud->x[i] - knee) / (double)cloud->count;
    for (size_t i = 0; i < cloud->count; i++) {
        double x = fmax(0, cloud->x[i] - knee) - mean;
        xx += cloud->weight[i] * x * x;
        xy += cloud->weight[i] * x * (cloud->y[i] - cloud->mean);
    }
    double exponent = xx > 0 ? xy / xx : 0;
    return (struct hinge){.knee = knee, .exponent = exponent, .rss = cloud->tss - exponent * xy};
}

static struct hinge best_hinge(const struct cloud *cloud)
{
    enum { STEPS = 4 }; /* between two points */
    struct hinge best = {.rss = INFINITY};
    for (size_t i = 1; i + 2 < cloud->count; i++)
        for (int step = 0; step < STEPS; step++) {
            struct hinge hinge = hinge_at(cloud, cloud->x[i] + (cloud->x[i + 1] - cloud->x[i]) * step / STEPS);
            best = hinge.rss < best.rss ? hinge : best;
        }
    return best;
}

/* Of points that rise with n the law is known, and not of those that show its constant; `knee`: the last of these. */
static size_t count_risen(const struct growth_fit *fit, const struct growth_point *points, size_t count, double *knee)
{
    static const double least_rise = 0.1;
    size_t risen = 0;
    for (size_t i = 0; i < count; i++) {
        bool rises = growth_at(fit, points[i].n) >= (1 + least_rise) * fit->constant;
        risen += rises;
        *knee = rises ? *knee : points[i].n[0];
    }
    return risen;
}

static void break_at(struct growth_fit *fit, double knee)
{
    fit->verdict = GROWTH_BROKEN;
    fit->knee = knee;
}

/* Of few sizes the criterion, which punishes each parameter, does not believe a constant. Steeper powers with one that
 * fit about as well (by the 95 % interval of the exponent in its profile: Bates and Watts, Nonlinear Regression
 * Analysis, 6.1) are in the interval. */
static void widen(struct growth_fit *fit, const struct cloud *cloud)
{
    enum { PARAMETERS = 3 };
    static const double step = 0.05, most = 4;
    const struct curve law = {.logarithm = fit->logarithm, .shift = fit->shift, .constant = true};
    struct curve best = curve_fit_free(cloud, law), curve = {.rss = 0};
    double floor = GROWTH_PRECISION * GROWTH_PRECISION * (double)cloud->count;
    double freedom = (double)cloud->count - PARAMETERS, quantile = student_quantile(0.95, freedom);
    double limit = fmax(fmin(best.rss, (1 - fit->r2) * cloud->tss), floor) * (1 + quantile * quantile / freedom);
    for (double exponent = fit->exponent[0]; exponent < most && curve.rss <= limit; exponent += step) {
        fit->high[0] = fmax(fit->high[0], exponent);
        curve = law;
        curve.exponent = exponent + step;
        curve_fit(cloud, &curve);
    }
    fit->verdict = judge(fit);
}

/* Where one law was found for all that is as well a constant with a power behind it, the exponent may be that one's.
 * Where that is far better, too little is known of the power, or it would have been found. */
static void doubt(struct growth_fit *fit, const struct cloud *cloud, const struct growth_point *points)
{
    enum { PARAMETERS = 3 };
    struct hinge hinge = best_hinge(cloud);
    double aicc = curve_criterion(hinge.rss, cloud->count, PARAMETERS), knee = 0;
    if (fit->verdict != GROWTH_CLAIMED || fit->law == LAW_LOG)
        return;
    if (aicc <= fit->aicc + GROWTH_TELLING) {
        fit->low[0] = fmin(fit->low[0], hinge.exponent);
        fit->high[0] = fmax(fit->high[0], hinge.exponent);
        fit->verdict = judge(fit);
    }
    if (fit->sparse)
        widen(fit, cloud);
    if (aicc + GROWTH_BREAKING < fit->aicc)
        break_at(fit, exp(hinge.knee));
    else if (count_risen(fit, points, cloud->count, &knee) < GROWTH_LEAST_MEASURED)
        break_at(fit, knee);
}

struct growth_fit growth_fit_one(const struct growth_point *points, size_t count, size_t silent)
{
    struct growth_fit fit = {.numbers = 1, .law = LAW_POWER, .silent = silent};
    set_ranges(&fit, points, count);
    fit.smallest = fit.from[0];
    fit.sparse = are_sparse(points, count);
    if (!are_many(&fit, 0))
        return fit;
    fit.verdict = GROWTH_NARROW;
    struct cloud *cloud = is_wide(&fit, 0) ? cloud_of(points, count, 0) : NULL;
    if (cloud != NULL)
        choose(&fit, cloud, points);
    for (size_t below = 0; cloud != NULL && is_related(&fit) && break_off(&fit, points, cloud, &below);) {
        points += below;
        count -= below;
        free(cloud);
        cloud = cloud_of(points, count, 0);
    }
    if (cloud != NULL)
        doubt(&fit, cloud, points);
    free(cloud);
    return fit;
}

/* ---- two numbers ---- */

static void take_two(struct growth_fit *fit, const struct cloud *cloud, const struct curve *curve, size_t inner)
{
    double half[GROWTH_NUMBERS], top = curve_top(cloud, curve);
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
    fit->chance = chance_of(cloud, curve->rss, curve->parameters, inflation_around(cloud, curve));
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
    struct curve best = curve_fit_free(clouds[0], (struct curve){.paired = true});
    double plain = best.aicc;
    bool related = best.rss < clouds[0]->tss / 2; /* else no constant makes a relation of it */
    for (size_t i = 0; i < GROWTH_NUMBERS && related; i++) {
        struct curve curve = curve_fit_free(clouds[i], (struct curve){.paired = true, .constant = true});
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

static void take_sum(struct growth_fit *fit, const struct cloud *cloud, const struct growth_sum *sum,
                     const struct growth_point *points)
{
    for (size_t i = 0; i < cloud->count; i++)
        cloud->rests[i] = growth_sum_rest(cloud, sum, i);
    double inflated = inflation(cloud);
    for (size_t k = 0; k < GROWTH_NUMBERS; k++) {
        fit->exponent[k] = sum->exponent[k];
        fit->low[k] = sum->exponent[k] - sqrt(inflated) * sum->half[k];
        fit->high[k] = sum->exponent[k] + sqrt(inflated) * sum->half[k];
    }
    fit->sum = true;
    fit->factor = sum->factor[0];
    fit->second = sum->factor[1];
    fit->constant = sum->constant;
    fit->r2 = 1 - sum->rss / cloud->tss;
    fit->aicc = sum->aicc;
    fit->chance = chance_of(cloud, sum->rss, sum->parameters, inflated);
    fit->spread = spread_of(cloud, points, cloud->rests);
    fit->numbers = both_matter(fit) ? 2 : 1;
    fit->verdict = fit->numbers == 2 ? judge(fit) : GROWTH_UNRELATED;
}

/* Costs that add up, where neither the product nor one number alone is nearly as good. */
static void consider_sum(struct growth_fit *fit, const struct growth_point *points,
                         struct cloud *clouds[GROWTH_NUMBERS])
{
    struct growth_fit added = *fit;
    double best = fit->aicc;
    for (size_t k = 0; k < GROWTH_NUMBERS; k++)
        best = fmin(
            best, curve_better(curve_fit_power(clouds[k], false, false), curve_fit_power(clouds[k], false, true)).aicc);
    struct growth_sum sum = growth_sum_fit(clouds[0]);
    if (sum.aicc + GROWTH_BREAKING > best)
        return;
    take_sum(&added, clouds[0], &sum, points);
    if (added.numbers == 2)
        *fit = added;
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
    if (clouds[0] != NULL && clouds[1] != NULL) {
        choose_two(&fit, points, clouds);
        consider_sum(&fit, points, clouds);
    }
    free(clouds[0]);
    free(clouds[1]);
    return fit;
}
