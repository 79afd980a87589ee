#include "analyze/growth_sum.h"

#include <math.h>

enum { LN_A, E, LN_B, F, LN_C, PARAMETERS };

static const double least_exponent = 0.1, most_exponent = 5, deepest = -50;

/* Parameters of ln(exp(ln_a + e x) + exp(ln_b + f xx) + exp(ln_c)): logarithms, for all are above 0. */
struct trial {
    double value[PARAMETERS];
    size_t parameters; /* without a constant LN_C is not among them */
    double rss;
};

static double term(const struct cloud *cloud, const struct trial *trial, int which, size_t i)
{
    const double *value = trial->value;
    switch (which) {
    case LN_A:
        return exp(value[LN_A] + value[E] * cloud->x[i]);
    case LN_B:
        return exp(value[LN_B] + value[F] * cloud->xx[i]);
    default:
        return trial->parameters > LN_C ? exp(value[LN_C]) : 0;
    }
}

static double rest_of(const struct cloud *cloud, const struct trial *trial, size_t i)
{
    return cloud->y[i] - log(term(cloud, trial, LN_A, i) + term(cloud, trial, LN_B, i) + term(cloud, trial, LN_C, i));
}

static double measure(const struct cloud *cloud, struct trial *trial)
{
    trial->rss = 0;
    for (size_t i = 0; i < cloud->count; i++) {
        double rest = rest_of(cloud, trial, i);
        trial->rss += cloud->weight[i] * rest * rest;
    }
    return trial->rss;
}

/* By the derivatives at a trial: the step to the least, and the errors. */
static bool linearise(const struct cloud *cloud, const struct trial *trial, double *rests,
                      struct regression *regression)
{
    for (size_t i = 0; i < cloud->count; i++) {
        double a = term(cloud, trial, LN_A, i), b = term(cloud, trial, LN_B, i), c = term(cloud, trial, LN_C, i);
        double *column = cloud->columns[i], all = a + b + c;
        column[LN_A] = a / all;
        column[E] = a / all * cloud->x[i];
        column[LN_B] = b / all;
        column[F] = b / all * cloud->xx[i];
        column[LN_C] = c / all;
        rests[i] = rest_of(cloud, trial, i);
    }
    return regress(regression, trial->parameters, cloud->count, (const double(*)[REGRESS_MOST])cloud->columns, rests,
                   cloud->weight);
}

static double within(double value, double low, double high)
{
    return fmax(low, fmin(high, value));
}

static struct trial moved(const struct trial *from, const struct regression *step, double share)
{
    struct trial to = *from;
    for (size_t j = 0; j < from->parameters; j++)
        to.value[j] = fmax(deepest, from->value[j] + share * step->value[j]);
    to.value[E] = within(to.value[E], least_exponent, most_exponent);
    to.value[F] = within(to.value[F], least_exponent, most_exponent);
    return to;
}

/* Whether a step of that direction, or a part of it, leads to something better. */
static bool improve(const struct cloud *cloud, struct trial *trial, const struct regression *step)
{
    for (double share = 1; share > 1e-3; share /= 2) {
        struct trial next = moved(trial, step, share);
        if (measure(cloud, &next) < trial->rss * (1 - 1e-6)) {
            *trial = next;
            return true;
        }
    }
    return false;
}

static struct trial descend(const struct cloud *cloud, struct trial trial, double *rests)
{
    struct regression step;
    for (int i = 0; i < 60 && linearise(cloud, &trial, rests, &step) && improve(cloud, &trial, &step); i++)
        ;
    return trial;
}

/* Each term as large as half of all, in the middle. */
static struct trial start(const struct cloud *cloud, double e, double f, bool constant)
{
    double x = 0;
    for (size_t i = 0; i < cloud->count; i++)
        x += cloud->weight[i] * cloud->x[i] / (double)cloud->count;
    struct trial trial = {.value = {cloud->mean - M_LN2 - e * x, e, cloud->mean - M_LN2, f, cloud->mean - 2},
                          .parameters = constant ? PARAMETERS : LN_C};
    measure(cloud, &trial);
    return trial;
}

static struct trial best_of(const struct cloud *cloud, bool constant, double *rests)
{
    static const double exponents[] = {0.5, 1, 2};
    struct trial best = {.rss = INFINITY};
    for (int i = 0; i < 9; i++) {
        struct trial trial = start(cloud, exponents[i / 3], exponents[i % 3], constant);
        best = trial.rss < best.rss ? trial : best;
    }
    return best.rss < cloud->tss ? descend(cloud, best, rests) : best; /* else there is no relation */
}

static double criterion(const struct cloud *cloud, const struct trial *trial)
{
    return curve_criterion(trial->rss, cloud->count, trial->parameters);
}

struct growth_sum growth_sum_fit(const struct cloud *cloud)
{
    struct growth_sum sum = {.aicc = INFINITY, .rss = INFINITY};
    double *rests = cloud->rests;
    struct regression errors;
    struct trial best = best_of(cloud, false, rests), constant = best_of(cloud, true, rests);
    if (criterion(cloud, &constant) + 2 < criterion(cloud, &best))
        best = constant;
    if (!linearise(cloud, &best, rests, &errors) || cloud->count <= best.parameters)
        return sum;
    const double *value = best.value;
    double quantile = student_quantile(0.95, (double)(cloud->count - best.parameters));
    sum = (struct growth_sum){
        .factor = {exp(value[LN_A]), exp(value[LN_B] - value[F] * cloud->mean_xx)},
        .exponent = {value[E], value[F]},
        .constant = best.parameters > LN_C ? exp(value[LN_C]) : 0,
        .half = {quantile * errors.error[E], quantile * errors.error[F]},
        .rss = best.rss,
        .aicc = criterion(cloud, &best),
        .parameters = best.parameters,
    };
    return sum;
}

double growth_sum_rest(const struct cloud *cloud, const struct growth_sum *sum, size_t i)
{
    double m = cloud->xx[i] + cloud->mean_xx;
    return cloud->y[i] - log(sum->constant + sum->factor[0] * exp(sum->exponent[0] * cloud->x[i]) +
                             sum->factor[1] * exp(sum->exponent[1] * m));
}
