#include "analyze/regress.h"

#include <math.h>
#include <string.h>

/* ---- distributions ---- */

/* By Lentz's method; converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    static const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1), value;
    d = 1 / (fabs(d) < tiny ? tiny : d);
    value = d;
    for (int m = 1; m < 300; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        for (int i = 0; i < 2; i++) {
            double term = i == 0 ? even : odd;
            d = 1 + term * d;
            c = 1 + term / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            value *= c * d;
        }
        if (fabs(c * d - 1) < 1e-14)
            break;
    }
    return value;
}

double beta_incomplete(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_quantile(double share, double freedom)
{
    double low = 0, high = 1e6;
    for (int i = 0; i < 200 && high - low > 1e-10 * high; i++) {
        double middle = (low + high) / 2;
        double inside = 1 - beta_incomplete(freedom / 2, 0.5, freedom / (freedom + middle * middle));
        if (inside < share)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

double fisher_tail(double f, double numerator, double denominator)
{
    return beta_incomplete(denominator / 2, numerator / 2, denominator / (denominator + numerator * f));
}

/* ---- least squares ---- */

typedef double matrix[REGRESS_MOST][REGRESS_MOST];

/* Gauss and Jordan, with pivots from the diagonal: the matrix is symmetric and has no negative eigenvalues. */
static bool invert(matrix a, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        double pivot = a[k][k];
        if (!(fabs(pivot) > 1e-10))
            return false;
        a[k][k] = 1;
        for (size_t j = 0; j < n; j++)
            a[k][j] /= pivot;
        for (size_t i = 0; i < n; i++) {
            double factor = a[i][k];
            if (i == k)
                continue;
            a[i][k] = 0;
            for (size_t j = 0; j < n; j++)
                a[i][j] -= factor * a[k][j];
        }
    }
    return true;
}

/* Columns scaled to length 1, so that what is independent does not hang on their units. */
static bool invert_scaled(matrix a, size_t n)
{
    double length[REGRESS_MOST];
    for (size_t i = 0; i < n; i++)
        if (!((length[i] = sqrt(a[i][i])) > 0))
            return false;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[i][j] /= length[i] * length[j];
    if (!invert(a, n))
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[i][j] /= length[i] * length[j];
    return true;
}

bool regress(struct regression *result, size_t columns, size_t points, const double (*x)[REGRESS_MOST], const double *y,
             const double *weight)
{
    matrix normal = {{0}};
    double right[REGRESS_MOST] = {0};
    *result = (struct regression){.columns = columns};
    for (size_t p = 0; p < points; p++)
        for (size_t i = 0; i < columns; i++) {
            right[i] += weight[p] * x[p][i] * y[p];
            for (size_t j = 0; j < columns; j++)
                normal[i][j] += weight[p] * x[p][i] * x[p][j];
        }
    if (points < columns || !invert_scaled(normal, columns))
        return false;
    for (size_t i = 0; i < columns; i++)
        for (size_t j = 0; j < columns; j++)
            result->value[i] += normal[i][j] * right[j];
    for (size_t p = 0; p < points; p++) {
        double rest = y[p];
        for (size_t i = 0; i < columns; i++)
            rest -= result->value[i] * x[p][i];
        result->rss += weight[p] * rest * rest;
    }
    double variance = points > columns ? result->rss / (double)(points - columns) : 0;
    for (size_t i = 0; i < columns; i++)
        result->error[i] = sqrt(variance * fabs(normal[i][i]));
    return true;
}
