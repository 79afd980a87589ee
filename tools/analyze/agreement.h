/* Parts that are to sum to `wanted` sum to `are`: each is scaled, and what rounding leaves goes on to the next. */
#ifndef CALLTAPE_ANALYZE_AGREEMENT_H
#define CALLTAPE_ANALYZE_AGREEMENT_H

#include <stdint.h>

struct agreement {
    uint64_t wanted, are, seen, given;
};

/* What the next part comes to. */
static inline uint64_t agreed(struct agreement *agreement, uint64_t part)
{
    if (agreement->are == 0)
        return part;
    agreement->seen += part;
    unsigned __int128 due = (unsigned __int128)agreement->seen * agreement->wanted / agreement->are;
    uint64_t now = (uint64_t)due - agreement->given;
    agreement->given = (uint64_t)due;
    return now;
}

#endif
