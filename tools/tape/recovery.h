/* The inside of recovery: inputs that may still be written by others, one output. */
#ifndef CALLTAPE_TAPE_RECOVERY_H
#define CALLTAPE_TAPE_RECOVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"
#include "tape/recover.h"
#include "tape/write.h"

/* Chunks first .. end - 1 of a thread, in the output already. */
struct range {
    uint32_t thread;
    uint64_t first, end;
};

struct recovery {
    const char *path; /* as the user named it, for errors */
    int tape;         /* file descriptors, or -1 */
    int arena;
    uint64_t session[2];
    struct ct_arena header; /* of the arena, as it was when recovery began */
    struct writer *writer;
    struct range *ranges;
    size_t range_count, range_room;
    bool recorder_lives;
    uint64_t copied; /* the input tape was read up to here */
    bool finished;   /* it had an end */
    bool folds;      /* it may hold folded calls */
    bool has_session;
    uint64_t clock_pairs;
    uint64_t lost_events; /* that no block tells */
    uint64_t damaged;     /* sections left out */
    uint64_t chunks;      /* taken from the arena */
    uint64_t lacks;       /* parts of which the others speak */
    uint64_t torn;        /* words of the arena's records that could not be read */
};

/* Copies every whole section from byte `copied` on; moves `copied`. */
int recover_tape(struct recovery *recovery, struct error *error);

/* Chunks of the arena that hold events, as they stand; then the records in its meta chunks. */
int recover_events(struct recovery *recovery, struct error *error);
int recover_meta(struct recovery *recovery, struct error *error);

/* Counts what the output must have once. */
struct record;
void recovery_saw(struct recovery *recovery, const struct record *record);

/* recover() into an open file, which it takes over. */
int recover_into(const char *path, int out, const char *out_path, recover_names *names, void *context,
                 struct recover_result *result, struct error *error);

#endif
