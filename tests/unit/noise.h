/* Random numbers for tests: the same for the same seed, which each call changes. */
#ifndef TESTS_NOISE_H
#define TESTS_NOISE_H

#include <stdint.h>

double noise_uniform(uint64_t *seed); /* above 0 and below 1 */
double noise_normal(uint64_t *seed);  /* mean 0, standard deviation 1 */

#endif
