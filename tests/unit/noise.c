#include "noise.h"

#include <math.h>

double noise_uniform(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(*seed >> 11) + 0.5) / 9007199254740992.0;
}

double noise_normal(uint64_t *seed)
{
    double length = sqrt(-2 * log(noise_uniform(seed)));
    return length * cos(6.283185307179586 * noise_uniform(seed));
}
