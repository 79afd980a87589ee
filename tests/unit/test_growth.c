/* Growth, on made-up measurements: planted laws are found, what has no relation gets none, and what can't be known is
 * refused. The distributions against values from tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/growth_cells.h"
#include "analyze/regress.h"
#include "noise.h"

static uint64_t seed;

/* ---- regress.c ---- */

static void expect_near(double value, double expected, double by)
{
    if (!(fabs(value - expected) <= by))
        fail_msg("%.9g is not %.9g", value, expected);
}

static void distributions_are_those_of_tables(void **state)
{
    (void)state;
    expect_near(student_quantile(0.95, 1), 12.7062, 1e-4);
    expect_near(student_quantile(0.95, 4), 2.7764, 1e-4);
    expect_near(student_quantile(0.95, 10), 2.2281, 1e-4);
    expect_near(student_quantile(0.95, 1e6), 1.95997, 1e-4);
    expect_near(student_quantile(0.99, 5), 4.0321, 1e-4);
    expect_near(fisher_tail(4.9646, 1, 10), 0.05, 1e-5);
    expect_near(fisher_tail(3.3258, 5, 10), 0.05, 1e-5);
    expect_near(fisher_tail(12.8256, 1, 10), 0.005, 1e-5);
    expect_near(fisher_tail(0, 2, 10), 1, 1e-12);
    expect_near(beta_incomplete(2, 3, 0.4), 0.5248, 1e-6);
    expect_near(beta_incomplete(0.5, 0.5, 0.25), 1.0 / 3, 1e-9);
}

static void regressions_are_right(void **state)
{
    (void)state;
    /* Anscombe's first set: 3.0001 (1.1247) + 0.5001 (0.1179) x */
    static const double xs[] = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
    static const double ys[] = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
    double columns[11][REGRESS_MOST], weights[11];
    struct regression regression;
    for (size_t i = 0; i < 11; i++) {
        columns[i][0] = 1;
        columns[i][1] = xs[i];
        columns[i][2] = 2 * xs[i] + 1;
        weights[i] = 1;
    }
    assert_true(regress(&regression, 2, 11, (const double(*)[REGRESS_MOST])columns, ys, weights));
    expect_near(regression.value[0], 3.0001, 1e-4);
    expect_near(regression.value[1], 0.5001, 1e-4);
    expect_near(regression.error[0], 1.1247, 1e-4);
    expect_near(regression.error[1], 0.1179, 1e-4);
    expect_near(regression.rss, 13.7627, 1e-4);
    assert_false(regress(&regression, 3, 11, (const double(*)[REGRESS_MOST])columns, ys, weights));
    assert_false(regress(&regression, 2, 1, (const double(*)[REGRESS_MOST])columns, ys, weights));
    weights[0] = 1e-12; /* as if it were not there */
    double with_weight;
    regress(&regression, 2, 11, (const double(*)[REGRESS_MOST])columns, ys, weights);
    with_weight = regression.value[1];
    for (size_t i = 1; i < 11; i++)
        weights[i] = 1;
    regress(&regression, 2, 10, (const double(*)[REGRESS_MOST])(columns + 1), ys + 1, weights + 1);
    expect_near(with_weight, regression.value[1], 1e-9);
}

/* ---- planted laws ---- */

typedef double law(double n, double m);

static double constant(double n, double m)
{
    (void)n, (void)m;
    return 800;
}
static double logarithmic(double n, double m)
{
    (void)m;
    return 40 * log(n);
}
static double linear(double n, double m)
{
    (void)m;
    return 3 * n;
}
static double linear_and_more(double n, double m)
{
    (void)m;
    return 900 + 3 * n;
}
static double linear_log(double n, double m)
{
    (void)m;
    return 2 * n * log(n);
}
static double square(double n, double m)
{
    (void)m;
    return 0.7 * n * n;
}
static double cube(double n, double m)
{
    (void)m;
    return 0.3 * n * n * n;
}
static double square_from_80(double n, double m)
{
    return n < 80 ? 3000 * sqrt(n / 80) : 3000 / 0.7 / 80 / 80 * square(n, m);
}
static double product(double n, double m)
{
    return 1.3 * n * m;
}
static double product_and_more(double n, double m)
{
    return 0.4 * n * (60 + m);
}
static double sum(double n, double m)
{
    return 20 + 3 * n + 9 * m;
}
static double kink_at;
static double kink(double n, double m)
{
    (void)m;
    return 5000 * fmax(1, n / kink_at);
}
static double root(double n, double m)
{
    (void)m;
    return 50 * sqrt(n);
}

enum { CALLS = 600 };

/* Calls of sizes from `low` to `high`, of both numbers each on its own; noise that a busy machine makes: in proportion
 * to the time, and now and then an interruption. */
static void plant(struct growth_call *calls, size_t count, law *time, double low, double high, double noise)
{
    for (size_t i = 0; i < count; i++) {
        double n = floor(low * pow(high / low, noise_uniform(&seed))),
               m = floor(low * pow(high / low, noise_uniform(&seed)));
        double y = time(n, m) * exp(noise * noise_normal(&seed));
        if (noise_uniform(&seed) < 0.02)
            y += 30000 * noise_uniform(&seed);
        calls[i] = (struct growth_call){.number = {n, m, NAN, NAN, NAN, NAN}, .measure = {y, 2 * y, m}};
    }
}

static struct growth_fit fit(const struct growth_call *calls, size_t count, int key, int other)
{
    struct growth_cells cells = {0};
    struct growth_points all;
    for (size_t i = 0; i < count; i++)
        assert_int_equal(growth_cells_add(&cells, &calls[i]), 0);
    assert_int_equal(growth_cells_points(&all, &cells, GROWTH_SELF, key, other), 0);
    assert_int_equal(all.calls, key < 2 ? count : 0);
    struct growth_fit result = other < 0 ? growth_fit_one(all.points, all.count, all.silent)
                                         : growth_fit_two(all.points, all.count, all.silent);
    free(all.points);
    growth_cells_free(&cells);
    return result;
}

static const struct planted {
    const char *name;
    law *time;
    double exponent;
    enum growth_law law;
} planted[] = {
    {"1", constant, 0, LAW_CONSTANT},
    {"log n", logarithmic, 0, LAW_LOG},
    {"sqrt n", root, 0.5, LAW_ROOT},
    {"n", linear, 1, LAW_LINEAR},
    {"c + n", linear_and_more, 1, LAW_LINEAR},
    {"n log n", linear_log, 1, LAW_LINEAR_LOG},
    {"n^2", square, 2, LAW_SQUARE},
};

static void planted_laws_are_found(void **state)
{
    (void)state;
    enum { TRIALS = 12 };
    static struct growth_call calls[CALLS];
    for (size_t k = 0; k < sizeof planted / sizeof *planted; k++) {
        size_t named = 0, covered = 0;
        seed = 1000 + k;
        for (size_t trial = 0; trial < TRIALS; trial++) {
            plant(calls, CALLS, planted[k].time, 10, 100000, trial % 2 ? 0.2 : 0.1);
            struct growth_fit found = fit(calls, CALLS, 0, -1);
            bool is_named = found.law == planted[k].law;
            if (found.verdict != (planted[k].law == LAW_CONSTANT ? GROWTH_CONSTANT : GROWTH_CLAIMED))
                fail_msg("%s, trial %zu: verdict %d", planted[k].name, trial, found.verdict);
            named += is_named;
            if (found.law != LAW_POWER && !is_named)
                fail_msg("%s is taken for %s", planted[k].name, growth_law_text(found.law));
            if (is_named || (planted[k].law != LAW_LOG && planted[k].law != LAW_LINEAR_LOG))
                expect_near(found.exponent[0], planted[k].exponent, 0.1);
            covered += found.low[0] <= planted[k].exponent && found.high[0] >= planted[k].exponent;
        }
        if (named < TRIALS / 2)
            fail_msg("%s is named %zu times only", planted[k].name, named);
        if (covered < TRIALS * 3 / 4)
            fail_msg("the interval of %s holds it %zu times only", planted[k].name, covered);
    }
}

/* Thousands of calls with next to nothing to do, and few with much: what a call costs besides the law is all that most
 * of them show. */
static void plant_skewed(struct growth_call *calls, size_t count, law *time, double also, double high)
{
    for (size_t i = 0; i < count; i++) {
        double u = noise_uniform(&seed), n = floor(i % 25 != 0 ? 1 + 12 * u * u : 16 * pow(high / 16, u));
        calls[i] = (struct growth_call){.number = {n, NAN, NAN, NAN, NAN, NAN},
                                        .measure = {(also + time(n, 1)) * exp(0.15 * noise_normal(&seed)), 1, 1}};
    }
}

static void small_sizes_do_not_bend_the_law(void **state)
{
    (void)state;
    static struct growth_call calls[5000];
    static const struct {
        law *time;
        double exponent, high;
        enum growth_law law;
    } skewed[] = {{linear, 1, 3000, LAW_LINEAR},
                  {linear_log, 1, 3000, LAW_LINEAR_LOG},
                  {square, 2, 3000, LAW_SQUARE},
                  {cube, 3, 300, LAW_CUBE}};
    static const double also[] = {8, 40, 300};
    for (size_t k = 0; k < sizeof skewed / sizeof *skewed; k++)
        for (size_t c = 0; c < sizeof also / sizeof *also; c++) {
            seed = 31 * k + c;
            plant_skewed(calls, 5000, skewed[k].time, also[c], skewed[k].high);
            struct growth_fit found = fit(calls, 5000, 0, -1);
            assert_int_equal(found.verdict, GROWTH_CLAIMED);
            assert_int_equal(found.law, skewed[k].law);
            expect_near(found.exponent[0], skewed[k].exponent, 0.1);
        }
}

/* A law of its own below n = 80: what is above is told, and where it begins. */
static void laws_may_begin_later(void **state)
{
    (void)state;
    static struct growth_call calls[5000];
    for (uint64_t trial = 0; trial < 6; trial++) {
        seed = 500 + trial;
        plant_skewed(calls, 5000, square_from_80, 0, 8000);
        struct growth_fit found = fit(calls, 5000, 0, -1);
        assert_int_equal(found.verdict, GROWTH_CLAIMED);
        expect_near(found.exponent[0], 2, 0.1);
        expect_near(found.smallest, 1, 1e-9);
        expect_near(found.from[0], 90, 20); /* sizes from 76 to 90 are one */
        assert_true(found.to[0] > 1000);
    }
    seed = 500;
    plant_skewed(calls, 5000, square, 0, 8000);
    struct growth_fit whole = fit(calls, 5000, 0, -1);
    assert_true(whole.from[0] == whole.smallest);
}

static void two_numbers_are_told_apart(void **state)
{
    (void)state;
    static struct growth_call calls[CALLS];
    seed = 77;
    for (size_t trial = 0; trial < 4; trial++) {
        plant(calls, CALLS, product, 10, 10000, 0.2);
        struct growth_fit both = fit(calls, CALLS, 0, 1);
        assert_int_equal(both.verdict, GROWTH_CLAIMED);
        assert_int_equal(both.numbers, 2);
        for (int i = 0; i < 2; i++) {
            expect_near(both.exponent[i], 1, 0.1);
            assert_true(both.low[i] <= both.exponent[i] && both.exponent[i] <= both.high[i]);
        }
        const double at[2] = {100000, 10000};
        expect_near(growth_at(&both, at) / product(at[0], at[1]), 1, 0.3);
        plant(calls, CALLS, product_and_more, 10, 10000, 0.1);
        both = fit(calls, CALLS, trial % 2, 1 - (int)trial % 2);
        assert_int_equal(both.numbers, 2);
        expect_near(both.exponent[0], 1, 0.1);
        expect_near(both.exponent[1], 1, 0.1);
        expect_near(both.constant, 60, 30);
        const double swapped[2] = {at[trial % 2], at[1 - trial % 2]};
        expect_near(growth_at(&both, swapped) / product_and_more(at[0], at[1]), 1, 0.3);
        plant(calls, CALLS, linear, 10, 10000, 0.2); /* the other one does not matter */
        assert_int_equal(fit(calls, CALLS, 0, 1).numbers, 1);
        assert_int_not_equal(fit(calls, CALLS, 1, -1).verdict, GROWTH_CLAIMED);
    }
}

/* Costs that add up are no product, and with one number alone they are nothing to claim. */
static void sums_of_two_are_found(void **state)
{
    (void)state;
    static struct growth_call calls[CALLS];
    static const size_t counts[] = {CALLS, 60};
    seed = 78;
    for (size_t trial = 0; trial < 8; trial++) {
        size_t count = counts[trial % 2];
        plant(calls, count, sum, 10, 10000, trial % 2 ? 0.05 : 0.15);
        struct growth_fit both = fit(calls, count, 0, 1);
        if (both.verdict != GROWTH_CLAIMED || both.numbers != 2 || !both.sum)
            fail_msg("trial %zu: verdict %d, R2 %.3f, n^%.2f (%.2f), m^%.2f (%.2f)", trial, both.verdict, both.r2,
                     both.exponent[0], both.low[0], both.exponent[1], both.low[1]);
        expect_near(both.exponent[0], 1, 0.1);
        expect_near(both.exponent[1], 1, 0.1);
        const double at[2] = {10000, 100000};
        expect_near(growth_at(&both, at) / sum(at[0], at[1]), 1, 0.3);
        plant(calls, count, product, 10, 10000, 0.1);
        assert_false(fit(calls, count, 0, 1).sum);
        plant(calls, count, linear_and_more, 10, 10000, 0.1);
        assert_int_equal(fit(calls, count, 0, 1).numbers, 1);
    }
}

/* A constant, then linear: told as such, or nothing, wherever the kink is and however few sizes there are; never a
 * power between them. */
static void kinks_are_no_powers(void **state)
{
    (void)state;
    static struct growth_call calls[CALLS];
    static const double kinks[] = {30, 100, 1000, 5000};
    static const size_t counts[] = {CALLS, 24, 14};
    size_t claimed = 0, broken = 0;
    for (size_t k = 0; k < sizeof kinks / sizeof *kinks; k++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
            for (size_t trial = 0; trial < 5; trial++) {
                seed = 100 * k + 10 * c + trial;
                kink_at = kinks[k];
                plant(calls, counts[c], kink, 1, 20000, 0.03);
                struct growth_fit found = fit(calls, counts[c], 0, -1);
                claimed += found.verdict == GROWTH_CLAIMED;
                broken += found.verdict == GROWTH_BROKEN;
                if (found.verdict == GROWTH_CLAIMED &&
                    (found.low[0] > 1 + GROWTH_NEAR || found.high[0] < 1 - GROWTH_NEAR))
                    fail_msg("kink at %g, %zu calls: %.3f to %.3f", kinks[k], counts[c], found.low[0], found.high[0]);
                if (found.verdict == GROWTH_BROKEN)
                    expect_near(log(found.knee / kinks[k]), 0, 2); /* of few sizes the one before it */
            }
    assert_true(claimed >= 20);
    assert_true(broken >= 3);
}

/* A power with a law's name is that law: no sentence says n^0.82 and linear. */
static void names_and_exponents_agree(void **state)
{
    (void)state;
    static struct growth_call calls[CALLS];
    static law *const laws[] = {linear, linear_and_more, linear_log, square_from_80, kink, root, cube};
    for (size_t k = 0; k < sizeof laws / sizeof *laws; k++)
        for (size_t trial = 0; trial < 12; trial++) {
            seed = 900 * k + trial;
            kink_at = 200;
            plant(calls, 30, laws[k], 2, 20000, 0.2);
            struct growth_fit found = fit(calls, 30, 0, -1);
            double exponent = found.law < LAW_COUNT ? growth_law_exponent(found.law) : found.exponent[0];
            double half = fmax(found.exponent[0] - found.low[0], GROWTH_NEAR);
            if (found.verdict == GROWTH_CLAIMED)
                expect_near(found.exponent[0], exponent, half);
        }
}

/* One call of each of so many sizes, 40, 80, ...: what starting costs and a busy machine adds is not to be taken for a
 * law. */
static struct growth_fit fit_runs(size_t count, law *time, double start, double noise)
{
    struct growth_call calls[16];
    for (size_t i = 0; i < count; i++) {
        double n = ldexp(40, (int)i);
        calls[i] =
            (struct growth_call){.number = {n, NAN, NAN, NAN, NAN, NAN},
                                 .measure = {(start + time(n, 1)) * exp(noise * fabs(noise_normal(&seed))), 1, 1}};
    }
    return fit(calls, count, 0, -1);
}

static void few_runs_claim_little(void **state)
{
    (void)state;
    enum { TRIALS = 200 };
    static const double starts[] = {0, 300, 1000, 3000}, noises[] = {0.02, 0.1, 0.25, 0.5};
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++)
        for (size_t k = 0; k < sizeof noises / sizeof *noises; k++) {
            size_t wrong = 0;
            for (size_t trial = 0; trial < TRIALS; trial++) {
                seed = 7000 + 1000 * s + 200 * k + trial;
                struct growth_fit found = fit_runs(6, linear, starts[s], noises[k]);
                wrong += found.verdict == GROWTH_CLAIMED && fabs(found.exponent[0] - 1) > 0.2;
            }
            if (wrong > TRIALS / 40)
                fail_msg("start %g, noise %g: %zu wrong claims", starts[s], noises[k], wrong);
        }
    size_t found = 0;
    for (size_t trial = 0; trial < TRIALS; trial++) {
        seed = 9000 + trial;
        struct growth_fit quiet = fit_runs(6, trial % 2 ? linear : square, 300, 0.02);
        found += quiet.verdict == GROWTH_CLAIMED && fabs(quiet.exponent[0] - (trial % 2 ? 1 : 2)) <= 0.1;
    }
    assert_true(found > TRIALS * 9 / 10);
    struct growth_fit exact = fit_runs(6, square, 0, 0);
    assert_int_equal(exact.verdict, GROWTH_CLAIMED);
    assert_int_equal(exact.law, LAW_SQUARE);
}

/* Which call had which time no longer holds. */
static void shuffle(struct growth_call *calls, size_t count)
{
    for (size_t i = count - 1; i > 0; i--) {
        size_t other = (size_t)(noise_uniform(&seed) * (double)(i + 1));
        for (int k = 0; k < GROWTH_MEASURES; k++) {
            double swap = calls[i].measure[k];
            calls[i].measure[k] = calls[other].measure[k];
            calls[other].measure[k] = swap;
        }
    }
}

static void shuffled_calls_have_no_relation(void **state)
{
    (void)state;
    static struct growth_call calls[CALLS];
    static law *const laws[] = {logarithmic, linear, square, product};
    static const size_t counts[] = {300, 25};
    seed = 4711;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (size_t k = 0; k < sizeof laws / sizeof *laws; k++) {
            size_t claims = 0;
            for (size_t trial = 0; trial < 100; trial++) {
                plant(calls, counts[c], laws[k], 10, 100000, 0.2);
                shuffle(calls, counts[c]);
                struct growth_fit one = fit(calls, counts[c], 0, -1), two = fit(calls, counts[c], 0, 1);
                claims += one.verdict == GROWTH_CLAIMED || one.verdict == GROWTH_CONSTANT ||
                          (two.numbers == 2 && two.verdict == GROWTH_CLAIMED);
            }
            if (claims > 2)
                fail_msg("law %zu, %zu calls: %zu claims", k, counts[c], claims);
        }
}

/* ---- what is refused ---- */

static void what_can_not_be_known_is_refused(void **state)
{
    (void)state;
    static struct growth_call calls[CALLS];
    seed = 5;
    plant(calls, CALLS, linear, 100, 500, 0.1);
    assert_int_equal(fit(calls, CALLS, 0, -1).verdict, GROWTH_NARROW);
    plant(calls, CALLS, linear, 10, 1000, 0.1);
    assert_int_equal(fit(calls, 5, 0, -1).verdict, GROWTH_FEW);
    assert_int_equal(fit(calls, CALLS, 2, -1).verdict, GROWTH_FEW); /* no call has that number */
    plant(calls, CALLS, product, 10, 10000, 0.1);                   /* half of it is the other number's */
    assert_int_not_equal(fit(calls, CALLS, 0, -1).verdict, GROWTH_CLAIMED);
    plant(calls, CALLS, linear, 10, 1000, 1.5);
    assert_int_not_equal(fit(calls, 40, 0, -1).verdict, GROWTH_CLAIMED);
    /* Two that are always equal can't be told apart; one of them explains all. */
    plant(calls, CALLS, square, 10, 10000, 0.1);
    for (size_t i = 0; i < CALLS; i++)
        calls[i].number[1] = calls[i].number[0];
    assert_int_equal(fit(calls, CALLS, 0, 1).numbers, 1);
    /* Numbers of 0 and less are left out, as are times of 0. */
    for (size_t i = 0; i < CALLS; i++) {
        calls[i].number[0] *= i % 2 ? 1 : -1;
        calls[i].measure[GROWTH_SELF] *= i % 4 == 1 ? 1 : 0;
    }
    struct growth_cells cells = {0};
    struct growth_points points;
    for (size_t i = 0; i < CALLS; i++)
        growth_cells_add(&cells, &calls[i]);
    assert_int_equal(growth_cells_points(&points, &cells, GROWTH_SELF, 0, -1), 0);
    assert_int_equal(points.calls, CALLS / 2);
    free(points.points);
    growth_cells_free(&cells);
}

/* One call of each size, 1, 4, 16, ...; of the first `silent` the cost was more than the time. */
static struct growth_fit fit_few(size_t count, size_t silent, size_t seeming)
{
    struct growth_call calls[16];
    double n = 1;
    for (size_t i = 0; i < count; i++, n *= 4)
        calls[i] = (struct growth_call){.number = {n, 1, NAN, NAN, NAN, NAN},
                                        .measure = {i < silent && i != seeming ? -5 : 3 * n, 1, 1}};
    return fit(calls, count, 0, -1);
}

/* Sizes count as sizes though no time is known of them; those that no larger one casts doubt on must be enough. */
static void times_below_the_costs_are_silent(void **state)
{
    (void)state;
    assert_int_equal(fit_few(5, 0, 99).verdict, GROWTH_FEW);
    assert_int_equal(fit_few(5, 2, 99).verdict, GROWTH_FEW);
    struct growth_fit seven = fit_few(7, 2, 99), eight = fit_few(8, 3, 1);
    assert_int_equal(seven.verdict, GROWTH_CLAIMED);
    assert_int_equal(seven.points, 5);
    assert_int_equal(seven.silent, 2);
    expect_near(seven.from[0], 16, 1e-6);
    expect_near(seven.exponent[0], 1, 0.01);
    assert_int_equal(eight.verdict, GROWTH_CLAIMED);
    assert_int_equal(eight.silent, 3);
    assert_int_equal(fit_few(7, 3, 99).verdict, GROWTH_SILENT);
    assert_int_equal(fit_few(12, 12, 99).verdict, GROWTH_SILENT);
    assert_int_equal(fit_few(12, 12, 99).points, 0);
}

/* However many calls and cells: memory is bounded, and rare sizes are kept. */
static void cells_are_bounded(void **state)
{
    (void)state;
    struct growth_cells cells = {0};
    struct growth_points points;
    seed = 9;
    for (size_t i = 0; i < 200000; i++) {
        struct growth_call call = {.number = {i % 1000 == 0 ? 1000 : 3, exp(60 * noise_uniform(&seed)),
                                              exp(60 * noise_uniform(&seed)), NAN, NAN, i % 2 ? -1 : 0},
                                   .measure = {1, 1, 1}};
        assert_int_equal(growth_cells_add(&cells, &call), 0);
    }
    assert_int_equal(cells.count, GROWTH_CELLS_MOST);
    assert_int_equal(cells.calls, 200000);
    assert_true(cells.left_out > 100000);
    assert_int_equal(growth_cells_points(&points, &cells, GROWTH_TOTAL, 0, -1), 0);
    assert_int_equal(points.count, 2);
    assert_int_equal(points.calls, 200000 - cells.left_out);
    expect_near(points.points[1].n[0] + points.points[0].n[0], 1003, 1e-6);
    free(points.points);
    growth_cells_free(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distributions_are_those_of_tables),
        cmocka_unit_test(regressions_are_right),
        cmocka_unit_test(planted_laws_are_found),
        cmocka_unit_test(small_sizes_do_not_bend_the_law),
        cmocka_unit_test(laws_may_begin_later),
        cmocka_unit_test(two_numbers_are_told_apart),
        cmocka_unit_test(sums_of_two_are_found),
        cmocka_unit_test(kinks_are_no_powers),
        cmocka_unit_test(names_and_exponents_agree),
        cmocka_unit_test(few_runs_claim_little),
        cmocka_unit_test(shuffled_calls_have_no_relation),
        cmocka_unit_test(what_can_not_be_known_is_refused),
        cmocka_unit_test(times_below_the_costs_are_silent),
        cmocka_unit_test(cells_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
