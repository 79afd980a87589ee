/* Makes of a tape whose events are all timed one as the adaptive clock would have left it: events that mostly come soon
 * after the one before lose their time, and the blocks tell the mean gaps. */
#ifndef CALLTAPE_TESTS_STRIP_TIMES_H
#define CALLTAPE_TESTS_STRIP_TIMES_H

#include <stdint.h>

struct strip_rule {
    uint64_t short_ticks; /* an event whose gap was at most this long the last time loses its time, surprises too */
    uint32_t run;         /* at most so many in a row */
    uint32_t timed_cost;  /* what the tape is to say of the probe, in 1/16 ticks */
    uint32_t untimed_cost;
    uint32_t block_words;
};

void strip_times(const char *from, const char *to, const struct strip_rule *rule);

#endif
