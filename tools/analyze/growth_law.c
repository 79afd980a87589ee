#include "analyze/growth_fit.h"

#include <math.h>

static const struct law {
    double exponent;
    bool logarithm;
    const char *text;
} laws[LAW_COUNT] = {
    [LAW_CONSTANT] = {0, false, "1"},        [LAW_LOG] = {0, true, "log n"},
    [LAW_ROOT] = {0.5, false, "sqrt n"},     [LAW_LINEAR] = {1, false, "n"},
    [LAW_LINEAR_LOG] = {1, true, "n log n"}, [LAW_THREE_HALVES] = {1.5, false, "n^1.5"},
    [LAW_SQUARE] = {2, false, "n^2"},        [LAW_SQUARE_LOG] = {2, true, "n^2 log n"},
    [LAW_CUBE] = {3, false, "n^3"},
};

const char *growth_law_text(enum growth_law law)
{
    return law < LAW_COUNT ? laws[law].text : "n^e";
}

double growth_law_exponent(enum growth_law law)
{
    return laws[law].exponent;
}

bool growth_law_logarithm(enum growth_law law)
{
    return laws[law].logarithm;
}

static double at_two(const struct growth_fit *fit, const double *n)
{
    size_t inner = fit->inner, outer = 1 - inner;
    if (fit->sum)
        return fit->constant + fit->factor * pow(n[0], fit->exponent[0]) + fit->second * pow(n[1], fit->exponent[1]);
    return fit->factor * pow(n[outer], fit->exponent[outer]) * (fit->constant + pow(n[inner], fit->exponent[inner]));
}

double growth_at(const struct growth_fit *fit, const double *n)
{
    if (fit->numbers == 2)
        return at_two(fit, n);
    double rise = fit->factor * pow(n[0], fit->law < LAW_COUNT ? laws[fit->law].exponent : fit->exponent[0]);
    return fit->constant + (fit->logarithm ? rise * (log(n[0]) + fit->shift) : rise);
}
