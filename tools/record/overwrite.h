/* What record --full overwrite has given up: the oldest chunks of each thread. How many events they held is counted,
 * and which calls were open behind them is followed, so that what is kept still stands under its callers. */
#ifndef CALLTAPE_RECORD_OVERWRITE_H
#define CALLTAPE_RECORD_OVERWRITE_H

#include <stdint.h>

#include "tape/write.h"

struct overwritten;

/* All zero: nothing yet. */
struct overwrite {
    struct overwritten **by_thread;
    uint32_t count;
    uint64_t events; /* of all threads */
};

/* Gives up a thread's oldest chunk that is left, of `words` words. -1: out of memory. */
int overwrite_chunk(struct overwrite *overwrite, uint32_t thread, uint32_t sequence, const struct ct_chunk *chunk,
                    uint32_t words);
/* The same as words of the thread's last chunk that was given up, in its place (zeroed), so that who reads the arena
 * finds it: the recorder may be killed, or asked for what there is now. Returns how many. */
uint32_t overwrite_mark(const struct overwrite *overwrite, uint32_t thread, struct ct_chunk *chunk);
/* Tells the tape of it, when recording ends. */
int overwrite_finish(struct overwrite *overwrite, struct writer *writer, struct error *error);
void overwrite_free(struct overwrite *overwrite);

#endif
