/* What the values of a recording come to, by key: how many, from where to where, how long frames took. */
#ifndef CALLTAPE_ANALYZE_TOLD_H
#define CALLTAPE_ANALYZE_TOLD_H

#include "base/error.h"
#include "tape/tape.h"

struct told_key {
    const struct tape_key *key; /* the lowest of those that mean the same */
    uint32_t function;          /* the lowest id of the key's function; 0: any call may have it */
    uint64_t values;
    uint64_t numbers;         /* of the values; the next three are of these */
    double least, most, last; /* last: the latest in time */
    uint64_t last_ticks;
    uint64_t frames; /* of a frame's key: between two marks of one thread; the next two are of these */
    uint64_t frame_ns, longest_ns;
};

struct told {
    struct told_key *keys; /* of which there are values; those of one function together, of no function first */
    uint32_t count;
};

/* Reads the events of a tape that has keys, and nothing of any other. 0, or -1 with the error set. */
int told_make(struct told *told, struct tape *tape, struct error *error);
void told_free(struct told *told);

#endif
