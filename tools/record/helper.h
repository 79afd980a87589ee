/* A second thread that packs, for when chunks pile up so that programs would soon wait: it does not yield to them as
 * the drain's own does. One job at a time; called by one thread. */
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
/* Hands a job over. False: it is at work on another. */
bool helper_offer(struct helper *helper, const struct job *job);
/* Once it is through with what it has. NULL is allowed. */
void helper_stop(struct helper *helper);

#endif
