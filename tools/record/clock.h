/* The recording's clock, read by the recorder just as the runtime reads it. */
#ifndef CALLTAPE_RECORD_CLOCK_H
#define CALLTAPE_RECORD_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "calltape/format.h"

/* The processor's counter where it runs at one rate whatever the core and its power state, else CLOCK_MONOTONIC. */
enum ct_clock clock_choose(void);
/* Nanoseconds of one of the system's clocks. */
uint64_t clock_read_ns(clockid_t id);
/* How far CLOCK_MONOTONIC is ahead of the system's in this time namespace (time_namespaces(7)). */
int64_t clock_namespace_offset(void);
uint64_t clock_ticks(enum ct_clock clock);
/* One reading of all clocks: the tightest of several tries. `head` is left to the caller. */
struct ct_clock_pair clock_pair(enum ct_clock clock);

#endif
