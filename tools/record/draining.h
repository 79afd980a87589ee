/* The inside of draining: drain.c follows the processes and their chunks, pack_ready.c packs these, give_up.c discards
 * those that are overwritten. All is the drain's thread's, but for what the helper packs. */
#ifndef CALLTAPE_RECORD_DRAINING_H
#define CALLTAPE_RECORD_DRAINING_H

#include <pthread.h>

#include "record/drain.h"
#include "record/follow.h"
#include "record/helper.h"
#include "record/overwrite.h"
#include "record/sealed.h"

struct drain {
    struct session *session;
    const struct judge *judge; /* or NULL */
    pthread_t thread;
    pthread_mutex_t mutex; /* state, stop, child_* */
    struct drain_state state;
    bool stop;
    enum ct_end_cause child_cause;
    uint32_t child_status;
    bool child_ended;
    /* of the thread alone */
    struct follow follow;
    struct sealed_all queues;
    struct overwrite overwrite;
    uint16_t *consumed;        /* of each chunk: words of a meta chunk that were read; 1: an event chunk in a queue */
    uint32_t last_child_image; /* process index of the newest image of the child's pid */
    uint32_t child_pid;
    uint32_t threads;
    uint64_t clock_told, unmapped_at;
    bool packed;           /* anything since the clock was told */
    struct helper *helper; /* once it was needed */
    bool alone;            /* there is none to be had */
};

/* The tape can't be written: recording stops. */
void drain_fail(struct drain *drain, const struct error *error);
bool drain_failed(const struct drain *drain);
int drain_no_memory(struct drain *drain);

/* Zeroes a chunk of which so many words are used, and gives it back to the programs. */
void drain_give_back(struct drain *drain, uint32_t chunk, uint32_t words);
void drain_wake_writers(struct drain *drain);
/* Stops the recording while what is in the buffer can still be packed and the tape be closed. */
void drain_watch_disk(struct drain *drain);

/* The drain's thread is to look again. By any thread. */
void drain_wake(struct drain *drain);

/* Packs what is to be packed now; `all`: whatever there is. */
void drain_pack(struct drain *drain, bool all);

/* Reads what is new in the chunks of records, and answers what is asked there. */
void drain_read_records(struct drain *drain);

/* Answers a new record of a module or function. */
void drain_answer(struct drain *drain, struct ct_record *record);
/* Writes what a chunk of counts holds, and gives it back, unless all are being collected. */
int drain_left(struct drain *drain, uint32_t chunk, bool keep);

/* Whether the oldest chunks are given up for new ones: then none is packed until the end. */
bool drain_overwrites(const struct drain *drain);
void drain_overwrite(struct drain *drain);
void drain_tell_overwritten(struct drain *drain);

#endif
