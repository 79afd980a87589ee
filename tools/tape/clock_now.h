/* This machine's clock, read now. */
#ifndef CALLTAPE_TAPE_CLOCK_NOW_H
#define CALLTAPE_TAPE_CLOCK_NOW_H

#include <stdbool.h>
#include <stdint.h>

#include "calltape/format.h"

/* Ticks of `clock`; false where this machine has no such clock. */
bool clock_now(enum ct_clock clock, uint64_t *ticks);

#endif
