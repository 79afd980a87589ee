/* Ranges of durations, six to a decade: from 1, 1.5, 2, 3, 5, 7, 10, 15, ... nanoseconds on; the first holds 0. */
#ifndef CALLTAPE_ANALYZE_BINS_H
#define CALLTAPE_ANALYZE_BINS_H

#include <stdint.h>

enum { BINS = 117 };

/* The least duration of a bin; of BINS: UINT64_MAX. */
uint64_t bin_from(uint32_t bin);
uint32_t bin_of(uint64_t ns);

#endif
