#include "analyze/bins.h"

uint64_t bin_from(uint32_t bin)
{
    static const uint64_t tenths[6] = {10, 15, 20, 30, 50, 70};
    if (bin == 0 || bin >= BINS)
        return bin == 0 ? 0 : UINT64_MAX;
    uint64_t decade = 1;
    for (uint32_t i = (bin - 1) / 6; i != 0; i--)
        decade *= 10;
    uint64_t part = tenths[(bin - 1) % 6];
    return decade < 10 ? (part + 9) / 10 : decade / 10 * part;
}

/* The last one that begins no later. */
uint32_t bin_of(uint64_t ns)
{
    uint32_t low = 0, high = BINS - 1;
    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        if (bin_from(middle) <= ns)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}
