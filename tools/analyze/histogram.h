/* How often which values came, in bounded memory: log-linear, as Gil Tene's HdrHistogram. Each octave has 64 parts of
 * equal width, so that a value told is off by less than 1/128, 0.8 %; values below 128 are exact. */
#ifndef CALLTAPE_ANALYZE_HISTOGRAM_H
#define CALLTAPE_ANALYZE_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_BITS = 6, HISTOGRAM_PARTS = 1 << HISTOGRAM_BITS, HISTOGRAM_OCTAVES = 64 - HISTOGRAM_BITS + 1 };

/* All zero: empty. Octaves that nothing fell in have no memory: at most 30 KiB in all, in practice a few. */
struct histogram {
    uint64_t *octaves[HISTOGRAM_OCTAVES];
    uint64_t count;
};

int histogram_add(struct histogram *histogram, uint64_t value); /* -1: no memory */
int histogram_join(struct histogram *to, const struct histogram *from);
void histogram_free(struct histogram *histogram);

/* The least value such that `permille` of all are not greater (by nearest rank), or one near it; 0 where there is none.
 */
uint64_t histogram_percentile(const struct histogram *histogram, uint32_t permille);

#endif
