/* How each of the advised functions can be left out without others (its own use of analyze/advice.c). */
#ifndef CALLTAPE_ANALYZE_ADVICE_WAYS_H
#define CALLTAPE_ANALYZE_ADVICE_WAYS_H

#include "analyze/advice.h"

/* Fills way, word, file, listed and others of the rows. -1: no memory. */
int advice_find_ways(struct advice *advice, const struct labels *labels);

#endif
