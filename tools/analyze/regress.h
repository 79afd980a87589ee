/* Least squares and the distributions that say how far to trust them.
 *
 * Sources: weighted linear least squares by the normal equations, covariance s^2 (X'WX)^-1 (Draper and Smith, Applied
 * Regression Analysis, chapters 2 and 5); the regularized incomplete beta function by its continued fraction (NIST
 * Digital Library of Mathematical Functions, 8.17.22); the distributions of Student and Fisher from it (Abramowitz and
 * Stegun 26.7.1 and 26.6.2). */
#ifndef CALLTAPE_ANALYZE_REGRESS_H
#define CALLTAPE_ANALYZE_REGRESS_H

#include <stdbool.h>
#include <stddef.h>

enum { REGRESS_MOST = 5 }; /* columns */

struct regression {
    size_t columns;
    double value[REGRESS_MOST];
    double error[REGRESS_MOST]; /* standard; of no meaning with no degree of freedom */
    double rss;                 /* weighted residual sum of squares */
};

/* y = sum of value[j] * x[i][j], each point with its weight. False: the columns are not independent, or there are fewer
 * points than columns. */
bool regress(struct regression *result, size_t columns, size_t points, const double (*x)[REGRESS_MOST], const double *y,
             const double *weight);

/* I_x(a, b), of 0 <= x <= 1 and a, b > 0. */
double beta_incomplete(double a, double b, double x);
/* How often |t| of so many degrees of freedom is not larger: 0.95 gives 1.96 for many. */
double student_quantile(double share, double freedom);
/* How often F of these degrees of freedom is larger. */
double fisher_tail(double f, double numerator, double denominator);

#endif
