/* Whose the time of a chain is, for critical.c: reads the threads of its segments. */
#ifndef CALLTAPE_ANALYZE_CRITICAL_SHARES_H
#define CALLTAPE_ANALYZE_CRITICAL_SHARES_H

#include "analyze/critical.h"

/* Sets the rows, and what took most of each segment. */
int critical_shares(struct critical *critical, struct tape *tape, const struct critical_choice *choice,
                    struct error *error);

#endif
