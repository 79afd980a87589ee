/* Comparing means of few samples of unknown spread.
 *
 * Student's t distribution by the regularized incomplete beta function, I_x(a, b), and that by its continued fraction:
 * NIST Digital Library of Mathematical Functions, 8.17.22, evaluated by the modified Lentz method (Thompson, Barnett,
 * J. Comput. Phys. 64, 1986). The comparison of means is B. L. Welch's, Biometrika 34, 1947, with the degrees of
 * freedom of Satterthwaite, Biometrics Bulletin 2, 1946. The adjustment for many tests is S. Holm's, Scand. J. Statist.
 * 6, 1979: the chance that any of them finds what is not there stays below the level.
 *
 * Times scatter by a share of what they are, which both sides have in common. Known from both together, it is known far
 * better from few recordings than that of each side by itself; and that a time is the same is a matter of its
 * logarithm: Student's test of two means, pooled. */
#ifndef CALLTAPE_ANALYZE_STUDENT_H
#define CALLTAPE_ANALYZE_STUDENT_H

#include <stdbool.h>
#include <stddef.h>

/* How likely |t| is to be as large as that by chance; freedom > 0. */
double student_chance(double t, double freedom);
/* The |t| that chance exceeds with that probability. */
double student_limit(double chance, double freedom);

/* Something estimated: how far off it may be by chance, as a standard error, and how well that is known. */
struct estimate {
    double mean, error, freedom; /* freedom 0: the error is not known */
};

/* The mean of `count` values; of one value the error is not known. */
struct estimate estimate_mean(const double *values, size_t count);

/* later - earlier. Where the error of one of them is not known it is taken to spread as the other does: `counts` are
 * the numbers of values that the means are of. */
struct estimate estimate_difference(const struct estimate *earlier, const struct estimate *later,
                                    const size_t counts[2]);

/* The same of positive values whose spread is a share of their mean, the same share on both sides, so many values each.
 * *chance: that the logarithms' means differ so by chance. False: a value is not positive, a side has but one, or one
 * has more than twice as many as the other, so that a false assumption would do harm. */
bool estimate_relative(const double *values, const size_t counts[2], struct estimate *difference, double *chance);

/* How likely chance alone makes an estimate as far from 0; 1 where the error is not known. */
double estimate_chance(const struct estimate *estimate);
/* Half of the interval that holds the true value with a probability of 1 - `chance`; 0 where the error is not known. */
double estimate_margin(const struct estimate *estimate, double chance);

/* Adjusts the chances of `count` tests that are looked at together; -1: no memory. */
int holm_adjust(double *chances, size_t count);

#endif
