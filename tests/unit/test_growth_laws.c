/* Laws that look alike: which is told, and what it foretells, of sizes that a stranger would try. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdint.h>

#include "analyze/growth_fit.h"
#include "noise.h"

enum { SIZES = 25, TRIALS = 40 };

static uint64_t seed;

static double linear(double n)
{
    return 3 * n;
}
static double late_linear(double n)
{
    return n - 72;
}
static double linear_log(double n)
{
    return 2 * n * log(n);
}
static double merge_sort(double n)
{
    return n * log2(n) - 1.2645 * n;
}
static double quicksort(double n)
{
    return 2 * n * log(n) - 2.846 * n;
}
static double power(double n)
{
    return pow(n, 1.2);
}
static double lesser_power(double n)
{
    return pow(n, 1.1);
}
static double square(double n)
{
    return 0.7 * n * n;
}

static const struct planted {
    const char *name;
    double (*time)(double n);
    enum growth_law law;
} planted[] = {
    {"n", linear, LAW_LINEAR},
    {"n - 72", late_linear, LAW_LINEAR},
    {"n log n", linear_log, LAW_LINEAR_LOG},
    {"a merge sort", merge_sort, LAW_LINEAR_LOG},
    {"a quicksort", quicksort, LAW_LINEAR_LOG},
    {"n^1.2", power, LAW_POWER},
    {"n^1.1", lesser_power, LAW_POWER},
    {"n^2", square, LAW_SQUARE},
};

static struct growth_fit fit(const struct planted *law, double noise)
{
    struct growth_point points[SIZES];
    for (size_t i = 0; i < SIZES; i++) {
        double n = 100 * pow(100, (double)i / (SIZES - 1));
        points[i] = (struct growth_point){
            .n = {n, 1}, .y = law->time(n) * exp(noise * noise_normal(&seed)), .calls = 1, .spread = -1};
    }
    return growth_fit_one(points, SIZES, 0);
}

/* Six times as far as was looked. */
static double foretold_off(const struct growth_fit *found, const struct planted *law)
{
    const double n = 6 * found->to[0];
    return fabs(growth_at(found, &n) / law->time(n) - 1);
}

static void laws_are_told_apart(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof planted / sizeof *planted; k++) {
        size_t right = 0, near = 0;
        seed = 100 + k;
        for (size_t trial = 0; trial < TRIALS; trial++) {
            struct growth_fit found = fit(&planted[k], trial % 2 ? 0.02 : 0.01);
            assert_int_equal(found.verdict, GROWTH_CLAIMED);
            right += found.law == planted[k].law;
            near += foretold_off(&found, &planted[k]) < 0.05;
        }
        if (right < TRIALS * 9 / 10 || near < TRIALS * 9 / 10)
            fail_msg("%s: %zu of %d times told, %zu times foretold", planted[k].name, right, TRIALS, near);
    }
}

/* As counts of calls are. */
static void laws_without_noise_are_told_apart(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof planted / sizeof *planted; k++) {
        struct growth_fit found = fit(&planted[k], 0);
        if (found.law != planted[k].law || foretold_off(&found, &planted[k]) > 0.01)
            fail_msg("%s is taken for %s, off by %g", planted[k].name, growth_law_text(found.law),
                     foretold_off(&found, &planted[k]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laws_are_told_apart),
        cmocka_unit_test(laws_without_noise_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
