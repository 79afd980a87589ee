/* What is known of calls that come in parts, until all of them are there: kept in one place for all readers, as the
 * parts of a call may be read by several. Safe to use by them at once; of what is kept each call's belongs to one. */
#ifndef CALLTAPE_ANALYZE_CARRIED_H
#define CALLTAPE_ANALYZE_CARRIED_H

#include <pthread.h>
#include <stdbool.h>

#include "analyze/below.h"
#include "calls/kept.h"

struct carried {
    struct below below;
    bool compared; /* what is below it counts */
    struct kept_value *values;
};

struct carrier {
    pthread_mutex_t mutex; /* of all that follows, but for what an item holds */
    struct carried **items;
    uint32_t *free; /* tags that have no item */
    uint32_t count, room, free_count;
};

#define CARRIER                                                                                                        \
    {                                                                                                                  \
        .mutex = PTHREAD_MUTEX_INITIALIZER                                                                             \
    }

/* Takes what `from` holds; its tag, or 0: no memory, and nothing is taken. */
uint32_t carrier_put(struct carrier *carrier, const struct carried *from);
/* That of the tag, no longer kept, to be given to carried_free; NULL where there is none. */
struct carried *carrier_take(struct carrier *carrier, uint32_t tag);
/* That of `tag` joins that of `to`, which stays. -1: no memory. */
int carrier_join(struct carrier *carrier, uint32_t to, uint32_t tag);
void carried_free(struct carried *carried); /* NULL is allowed */
void carrier_free(struct carrier *carrier);

#endif
