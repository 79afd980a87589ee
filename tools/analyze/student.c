#include "analyze/student.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const double tiny = 1e-300, precision = 1e-14;

static double not_zero(double x)
{
    return fabs(x) < tiny ? tiny : x;
}

/* The continued fraction of I_x(a, b); converges quickly for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / not_zero(1 - (a + b) * x / (a + 1)), value = d;
    for (int m = 1; m < 1000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / not_zero(1 + even * d);
        c = not_zero(1 + even / c);
        value *= d * c;
        d = 1 / not_zero(1 + odd * d);
        c = not_zero(1 + odd / c);
        value *= d * c;
        if (fabs(d * c - 1) < precision)
            break;
    }
    return value;
}

/* I_x(a, b), `y` being 1 - x, which may be too small to be had from it. */
static double beta(double a, double b, double x, double y)
{
    if (x <= 0 || y <= 0)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, y) / b;
}

double student_chance(double t, double freedom)
{
    double whole = freedom + t * t;
    if (!isfinite(whole))
        return 0;
    return beta(freedom / 2, 0.5, freedom / whole, t * t / whole);
}

double student_limit(double chance, double freedom)
{
    double low = 0, high = 1;
    while (student_chance(high, freedom) > chance && high < 1e12)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (student_chance(middle, freedom) > chance)
            low = middle;
        else
            high = middle;
    }
    return high;
}

struct estimate estimate_mean(const double *values, size_t count)
{
    double sum = 0, squares = 0, n = (double)count;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    double mean = count != 0 ? sum / n : 0;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    if (count < 2)
        return (struct estimate){.mean = mean};
    return (struct estimate){mean, sqrt(squares / (n - 1) / n), n - 1};
}

/* The error of one mean of so many values, from that of another of the same spread. */
static struct estimate borrow(const struct estimate *from, double from_count, double mean, double count)
{
    return (struct estimate){mean, from->error * sqrt(from_count / count), from->freedom};
}

static struct estimate add_errors(const struct estimate *a, const struct estimate *b, double mean)
{
    double first = a->error * a->error, second = b->error * b->error, sum = first + second;
    double spread = first * first / a->freedom + second * second / b->freedom;
    return (struct estimate){mean, sqrt(sum), spread > 0 ? sum * sum / spread : a->freedom + b->freedom};
}

struct estimate estimate_difference(const struct estimate *earlier, const struct estimate *later,
                                    const size_t counts[2])
{
    struct estimate difference = {.mean = later->mean - earlier->mean};
    const struct estimate *known = earlier->freedom > 0 ? earlier : later;
    if (known->freedom == 0)
        return difference;
    if (earlier->freedom > 0 && later->freedom > 0)
        return add_errors(earlier, later, difference.mean);
    double of = (double)counts[known == later], other = (double)counts[known == earlier];
    struct estimate borrowed = borrow(known, of, 0, other);
    difference.error = hypot(known->error, borrowed.error);
    difference.freedom = known->freedom;
    return difference;
}

static void take_logarithms(const double *values, size_t count, struct estimate *mean, double *squares)
{
    double sum = 0, n = (double)count;
    for (size_t i = 0; i < count; i++)
        sum += log(values[i]);
    mean->mean = sum / n;
    for (size_t i = 0; i < count; i++)
        *squares += pow(log(values[i]) - mean->mean, 2);
}

bool estimate_relative(const double *values, const size_t counts[2], struct estimate *difference, double *chance)
{
    size_t all = counts[0] + counts[1];
    double n[2] = {(double)counts[0], (double)counts[1]}, squares = 0, freedom = n[0] + n[1] - 2;
    struct estimate logarithms[2];
    if (counts[0] < 2 || counts[1] < 2 || counts[0] > 2 * counts[1] || counts[1] > 2 * counts[0])
        return false;
    for (size_t i = 0; i < all; i++)
        if (!(values[i] > 0))
            return false;
    take_logarithms(values, counts[0], &logarithms[0], &squares);
    take_logarithms(values + counts[0], counts[1], &logarithms[1], &squares);
    double spread = sqrt(squares / freedom), old = estimate_mean(values, counts[0]).mean,
           new = estimate_mean(values + counts[0], counts[1]).mean;
    const struct estimate ratio = {logarithms[1].mean - logarithms[0].mean, spread * sqrt(1 / n[0] + 1 / n[1]),
                                   freedom};
    *chance = estimate_chance(&ratio);
    *difference = (struct estimate){new - old, spread *sqrt(old * old / n[0] + new *new / n[1]), freedom};
    return true;
}

double estimate_chance(const struct estimate *estimate)
{
    if (estimate->freedom == 0)
        return 1;
    if (estimate->error == 0)
        return estimate->mean == 0 ? 1 : 0;
    return student_chance(estimate->mean / estimate->error, estimate->freedom);
}

double estimate_margin(const struct estimate *estimate, double chance)
{
    return estimate->freedom > 0 ? student_limit(chance, estimate->freedom) * estimate->error : 0;
}

static int compare_chances(const void *a, const void *b, void *context)
{
    const double *chances = context;
    size_t one = *(const size_t *)a, other = *(const size_t *)b;
    if (chances[one] != chances[other])
        return chances[one] < chances[other] ? -1 : 1;
    return one < other ? -1 : one > other;
}

int holm_adjust(double *chances, size_t count)
{
    size_t *order = malloc((count + 1) * sizeof *order);
    double least = 0;
    if (order == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, compare_chances, chances);
    for (size_t i = 0; i < count; i++) {
        double adjusted = fmin(1, (double)(count - i) * chances[order[i]]);
        chances[order[i]] = least = fmax(least, adjusted);
    }
    free(order);
    return 0;
}
