/* Sums that stop at the most there is. */
#ifndef CALLTAPE_BASE_SATURATE_H
#define CALLTAPE_BASE_SATURATE_H

#include <stdint.h>

static inline uint64_t saturating_add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

#endif
