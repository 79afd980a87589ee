/* Two numbers whose costs add up: y = c + a * n^e + b * m^f, where c is 0 or a constant that the data ask for. Fitted
 * to logarithms as the other laws are (growth_curve.h), by Gauss and Newton's method with halved steps (Draper and
 * Smith, Applied Regression Analysis, chapter 24). */
#ifndef CALLTAPE_ANALYZE_GROWTH_SUM_H
#define CALLTAPE_ANALYZE_GROWTH_SUM_H

#include "analyze/growth_curve.h"

struct growth_sum {
    double factor[GROWTH_NUMBERS], exponent[GROWTH_NUMBERS], constant;
    double half[GROWTH_NUMBERS]; /* of the exponents' 95 % intervals */
    double rss, aicc;
    size_t parameters;
};

/* n is the cloud's first number. aicc is infinite where no such law could be fitted. Uses the cloud's columns. */
struct growth_sum growth_sum_fit(const struct cloud *cloud);

/* ln y at point i, less what the law says. */
double growth_sum_rest(const struct cloud *cloud, const struct growth_sum *sum, size_t i);

#endif
