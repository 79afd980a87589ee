/* One law as a curve through points: what growth_fit.c compares. Logarithms throughout: of a point x = ln n, z = ln ln
 * n, xx = ln m less its mean, y = ln of its time or calls. */
#ifndef CALLTAPE_ANALYZE_GROWTH_CURVE_H
#define CALLTAPE_ANALYZE_GROWTH_CURVE_H

#include "analyze/growth_fit.h"
#include "analyze/regress.h"

/* Times are not known better than this: what fits better is not better. */
#define GROWTH_PRECISION 0.005

struct cloud {
    size_t count;
    double *x, *xx, *z, *y, *weight; /* weights have the mean 1 */
    double *rests;                   /* room for what a law leaves of y */
    double (*columns)[REGRESS_MOST];
    double mean, tss;
    double mean_xx, square_xx; /* of ln m; the sum of squares of xx */
    double scale;              /* by which the weights were divided: calls that a point stands for, about */
    double memory[];
};

struct curve {
    double exponent;
    bool logarithm, constant;
    bool late;    /* c is negative: what is counted begins only at some n below the smallest */
    double shift; /* beside the logarithm: n^e (ln n + shift) */
    bool paired;  /* all of it is to be multiplied with m^other */
    double other;
    double ratio; /* c, where a is such that the largest a * n^e * ... is 1 */
    double level; /* ln of that a's true size */
    double rss, aicc;
    size_t parameters;
};

/* `n` is numbers[first], m the other. To be freed; NULL: no memory. */
struct cloud *cloud_of(const struct growth_point *points, size_t count, size_t first);

/* AICc of what is left of so many points, after so many parameters. */
double curve_criterion(double rss, size_t points, size_t parameters);

/* The level, and the constant where there is one, that fit best. */
void curve_fit(const struct cloud *cloud, struct curve *curve);
/* The exponents as well: they are free. */
struct curve curve_fit_free(const struct cloud *cloud, struct curve curve);
/* n^e (ln n + shift), e given: the shift that fits best, from `from` to 0. */
struct curve curve_fit_shift(const struct cloud *cloud, double exponent, double from);
struct curve curve_fit_power(const struct cloud *cloud, bool logarithm, bool constant);
/* The one with a constant only where that is worth it. */
struct curve curve_better(struct curve without, struct curve with);

/* Of point i: ln of n^e or n^e ln n; the largest of them, `top`; and what the curve leaves of y. */
double curve_height(const struct cloud *cloud, const struct curve *curve, size_t i);
double curve_top(const struct cloud *cloud, const struct curve *curve);
double curve_rest(const struct cloud *cloud, const struct curve *curve, double top, size_t i);

#endif
