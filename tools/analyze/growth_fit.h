/* How a quantity grows with one number or two: which law, and how surely.
 *
 * Points are cells: calls whose numbers are nearly equal, taken together. Laws are fitted to logarithms, where noise
 * that grows with the time is equally large everywhere:
 *   - y = c + a * n^e * (ln n)^b, where b is 0 or 1, and c is 0 or a constant that the data ask for;
 *   - y = a * n * (ln n + d), d being between -1.5 and 0: what sorts and trees do is n log n less some n (comparisons
 *     of a merge sort: d = -0.88, of a quicksort: -1.42; Knuth, The Art of Computer Programming, 5.2.2 and 5.2.4),
 *   - y = a * (n - k), k being between 0 and the least n: a loop that begins at k,
 * where these two are better than the free power by GROWTH_TELLING, as both have two parameters;
 *   - y = a * n^e * (c + m^f), or the other way round: of nested loops the inner one's start costs something too;
 *   - y = c + a * n^e + b * m^f, where that is better by GROWTH_BREAKING.
 *
 * The named laws (1, log n, sqrt n, n, n log n, n^1.5, n^2, n^2 log n, n^3, each with c and without) and the free power
 * n^e are compared by Akaike's criterion, corrected for few points: AICc = N ln(RSS/N) + 2K + 2K(K+1)/(N-K-1) (Burnham
 * and Anderson, Model Selection and Multimodel Inference, 2.4). A law is named where every other one, and the free
 * power, is worse by GROWTH_TELLING at least (ibid. 2.6: "considerably less support"); else those that the data do not
 * tell apart are said. Nor is it where the exponent that fits, were it free, is another.
 *
 * Where small sizes follow another law than large ones (what n^2 is made of shows from n = 80 on), the law of the large
 * ones is told, and from which size on. A break is believed where a curve below it and a law above it are better by
 * GROWTH_BREAKING than one law for all (ibid.: what is worse by that has "essentially no support"). Where a constant
 * and a power behind it are better by as much, but sizes behind it too few or too near for a law of their own, nothing
 * is claimed, nor where fewer than GROWTH_LEAST_MEASURED points rise above c by a tenth; where they are not worse by
 * GROWTH_TELLING, the interval holds that power's exponent too.
 *
 * Exponents have Student's 95 % intervals, of the fit in which they are free (Draper and Smith, Applied Regression
 * Analysis, chapter 24, for those with c: by its derivatives), wider where residuals run in one direction along n. A
 * relation is claimed only where the numbers range wide enough, the F test against "no relation" leaves one chance in a
 * thousand, R^2 is high and the interval narrow. */
#ifndef CALLTAPE_ANALYZE_GROWTH_FIT_H
#define CALLTAPE_ANALYZE_GROWTH_FIT_H

#include <stdbool.h>
#include <stddef.h>

enum { GROWTH_NUMBERS = 2 };

struct growth_point {
    double n[GROWTH_NUMBERS]; /* > 0: geometric means */
    double y;                 /* > 0: interquartile mean */
    double calls;
    double spread; /* standard deviation of ln y among its calls, by their quartiles; < 0: one call */
};

#define GROWTH_LEAST_POINTS 6u
#define GROWTH_LEAST_MEASURED 5u /* of them */
#define GROWTH_LEAST_RANGE 10.0
#define GROWTH_CHANCE 0.001
#define GROWTH_LEAST_R2 0.9
#define GROWTH_SPARSE 10u /* sizes: fewer, of one call each */
#define GROWTH_SPARSE_R2 0.98
#define GROWTH_WIDEST 0.2 /* half of an exponent's interval */
#define GROWTH_TELLING 4.0
#define GROWTH_BREAKING 10.0 /* by which the criterion must be better for a law that holds from some size on */
#define GROWTH_LEAST_BELOW 3u
#define GROWTH_NEAR 0.03 /* an exponent and a law's: costs beside the law move it so far */
#define GROWTH_FLAT 0.05 /* what does not grow has an exponent between this and its negative */
#define GROWTH_QUIET 0.3 /* and a spread below this: else something that is not known matters */

enum growth_verdict {
    GROWTH_CLAIMED,
    GROWTH_CONSTANT,  /* it does not grow, and its noise is small */
    GROWTH_FEW,       /* points */
    GROWTH_SILENT,    /* points of which a time is known */
    GROWTH_NARROW,    /* range */
    GROWTH_UNRELATED, /* it grows with nothing here, or something else matters more */
    GROWTH_POOR,      /* there is a relation, but no law describes it well */
    GROWTH_UNCERTAIN, /* there is, but its exponent is not known well */
    GROWTH_BROKEN,    /* a constant up to `knee`, and too little is known of what is behind it */
};

enum growth_law {
    LAW_CONSTANT,
    LAW_LOG,
    LAW_ROOT,
    LAW_LINEAR,
    LAW_LINEAR_LOG,
    LAW_THREE_HALVES,
    LAW_SQUARE,
    LAW_SQUARE_LOG,
    LAW_CUBE,
    LAW_COUNT,
    LAW_POWER = LAW_COUNT, /* n^e, or n^e m^f */
};

struct growth_fit {
    enum growth_verdict verdict;
    enum growth_law law;   /* LAW_POWER: none is named */
    enum growth_law rival; /* where none is: two that the data do not tell apart; LAW_POWER: there are none */
    enum growth_law rival_too;
    size_t numbers; /* 1 or 2 */
    double exponent[GROWTH_NUMBERS], low[GROWTH_NUMBERS], high[GROWTH_NUMBERS];
    bool logarithm;          /* the law has a factor of ln n beside n^exponent[0] */
    bool sparse;             /* one call each of few sizes */
    bool sum;                /* of two: they are added */
    double constant, factor; /* c and a */
    double shift;            /* d, of n (ln n + d) */
    double second;           /* of a sum: b */
    double knee;             /* of GROWTH_BROKEN */
    size_t inner;            /* of two: which one has the constant beside it */
    double r2, aicc, chance; /* chance: of such a fit where there is no relation */
    double from[GROWTH_NUMBERS], to[GROWTH_NUMBERS];
    double smallest;       /* size of all; where it is below from[0], the law holds from there on */
    size_t points, silent; /* silent: of no time that is known; they are not among the points */
    double spread;         /* of single calls around their cell, in ln y */
};

/* By numbers[0] of the points alone, which rise by it. `silent`: how many more there are, of no time that is known. */
struct growth_fit growth_fit_one(const struct growth_point *points, size_t count, size_t silent);
/* By both. `numbers` is 1, and nothing else is of meaning, where they can't be told apart or one of them does not
 * matter. */
struct growth_fit growth_fit_two(const struct growth_point *points, size_t count, size_t silent);

/* Below it nothing is claimed. */
double growth_least_r2(const struct growth_fit *fit);

/* What the law says for these numbers. */
double growth_at(const struct growth_fit *fit, const double *n);

/* "n log n"; "n^e" of LAW_POWER. */
const char *growth_law_text(enum growth_law law);
/* Of those with a name. */
double growth_law_exponent(enum growth_law law);
bool growth_law_logarithm(enum growth_law law);

#endif
