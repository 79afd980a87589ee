/* One piece of a thread, read and told. Used by reading.c and crew.c. */
#ifndef CALLTAPE_CALLS_READING_H
#define CALLTAPE_CALLS_READING_H

#include "calls/filter.h"

struct reading {
    struct tape *tape;
    const struct filter_choice *choice;
    const struct calls_receiver *receiver;
    const struct calls_watch *watch; /* may be NULL */
    struct tape_times times;         /* added to, as the next */
    struct filter_left left;
    uint64_t run;          /* the next one's number; not 0 */
    uint64_t begun, ended; /* what was open at the piece's ends: calls_state */
};

/* 0, or -1 with the error set; 1: the range begins before the piece, and nothing was told. */
int read_piece(struct reading *reading, const struct tape_piece *piece, struct error *error);

#endif
