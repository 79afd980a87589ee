/* Moments: nanoseconds since the recording's start to ticks, so that ranges agree with the times shown. */
#ifndef CALLTAPE_ANALYZE_MOMENT_H
#define CALLTAPE_ANALYZE_MOMENT_H

#include <stdint.h>

#include "tape/tape.h"

/* The least ticks that are shown as `ns` or later: 0 for 0, UINT64_MAX where the recording ends before. */
uint64_t moment_ticks(const struct tape *tape, uint64_t ns);

#endif
