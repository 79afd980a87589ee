/* The thread that packs while there is room: it yields to the programs. Where that may make them wait the drain's own
 * packs as well, which does not. Called by one thread. */
#ifndef CALLTAPE_RECORD_HELPER_H
#define CALLTAPE_RECORD_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tape/write.h"

/* So many chunks of a thread make a block: large ones pack better, small ones free the buffer sooner. */
#define GROUP 32u

/* Consecutive chunks of one thread, by their indices in the arena. */
struct job {
    uint32_t chunks[GROUP];
    size_t count;
};

typedef void helper_work(void *context, struct writer_lane *lane, const struct job *job);

struct helper;

/* NULL: there is no thread or memory to be had. */
struct helper *helper_start(struct writer *writer, helper_work *work, void *context);
/* Hands over the job after the one that it is at work on. False: it has that one already. */
bool helper_offer(struct helper *helper, const struct job *job);
bool helper_is_idle(struct helper *helper);
/* Once it is through with what it has. NULL is allowed. */
void helper_stop(struct helper *helper);

#endif
