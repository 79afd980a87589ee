/* Durations, and other numbers with a fraction, as they are printed. */
#ifndef CALLTAPE_EMIT_DURATION_H
#define CALLTAPE_EMIT_DURATION_H

#include <stdbool.h>

#include "analyze/took.h"
#include "base/text.h"

/* "12.3 ms", or "~12.3 ms" where it may be off by more than a twentieth. */
char *shown_duration(char buffer[TEXT_NUMBER], const struct duration *duration, bool utf8);
/* How many of one thing come with one of another: "0", "<0.01", "0.25", "41.6", "1,234". */
char *shown_ratio(char buffer[TEXT_NUMBER], double ratio);
/* How far off it may be: "±1.23 µs"; "" for 0. */
char *shown_bound(char buffer[TEXT_NUMBER], const struct duration *duration, bool utf8);

#endif
