/* What is wrong with a tape, in the order it was found. Entries never move and are never taken back, so that one
 * thread may read the list while another, reading blocks, adds to it. */
#ifndef CALLTAPE_TAPE_DAMAGES_H
#define CALLTAPE_TAPE_DAMAGES_H

#include <pthread.h>

#include "tape/tape.h"

/* Beyond this the last entry says that there is more: a hostile file must not fill the memory with complaints. */
enum { DAMAGES_MAX = 1000 };

struct damages {
    struct tape_damage at[DAMAGES_MAX];
    size_t count;
    uint64_t found; /* listed or not */
    pthread_mutex_t lock;
};

void damages_init(struct damages *damages);
void damages_free(struct damages *damages);
void damages_add(struct damages *damages, uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
