/* System calls that the program has forbidden itself by seccomp: sandbox.c. */
#ifndef CALLTAPE_SANDBOX_H
#define CALLTAPE_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

/* Whether it has forbidden any. */
extern bool sandbox_set __attribute__((visibility("hidden")));
/* False: the call would end the program, or be told to it. Async-signal-safe. */
bool sandbox_allows(long number, const uint64_t arguments[6]) __attribute__((visibility("hidden")));

#endif
