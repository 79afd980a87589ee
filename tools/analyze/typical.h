/* How long a call usually takes: the mean of the middle half of single calls' self times, the interquartile mean. What
 * the machine does besides (another program had the processor, a page was read) makes a few calls many times as long;
 * it is not in it, while a change of all calls is.
 *
 * Its error is that of a trimmed mean, by the winsorized variance: Tukey and McLaughlin, Sankhya A 25, 1963; degrees of
 * freedom as of K. K. Yuen, Biometrika 61, 1974. Quartiles are found by a histogram of 32 steps to the octave. */
#ifndef CALLTAPE_ANALYZE_TYPICAL_H
#define CALLTAPE_ANALYZE_TYPICAL_H

#include "analyze/measures.h"
#include "analyze/student.h"

struct typical {
    struct estimate *by_item, *by_path; /* as in measures, in ns; freedom 0: too few calls, or not asked for */
};

/* `items` and `paths`: which to look at. Reads all recordings. */
int typical_find(struct typical *typical, const struct measures *measures, const struct matching *matching,
                 const struct recording *recordings, const bool *items, const bool *paths, bool raw,
                 const struct calls_watch *watch, struct error *error);
void typical_free(struct typical *typical);

#endif
