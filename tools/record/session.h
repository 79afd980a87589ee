/* One recording: its files, from creating them to the finished tape. */
#ifndef CALLTAPE_RECORD_SESSION_H
#define CALLTAPE_RECORD_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "tape/arena.h"
#include "tape/write.h"

struct session {
    char path[4096]; /* absolute: the tape to be */
    char part[4120]; /* the tape while it is written */
    char arena_path[4120];
    int lock; /* the arena's descriptor, locked while the recorder lives */
    struct arena arena;
    uint32_t buffer_most; /* chunks: what its buffer_chunks may be raised to */
    struct writer *writer;
    enum ct_clock clock;
    uint64_t fold; /* as in the options */
};

/* Where programs wait for room, as much as lets them go on while some is packed: chunks that go round quickly stay in
 * caches, and new pages cost more than to wait for old ones does. */
#define BUFFER_AS_NEEDED UINT64_MAX

struct session_options {
    const char *output;
    uint64_t buffer_bytes; /* or BUFFER_AS_NEEDED */
    enum ct_full full;
    bool adaptive;       /* events may go without a time */
    uint64_t fold;       /* functions called more often than this are folded (tape/fold.h); UINT64_MAX: none are */
    bool keep_preempted; /* in the times of calls */
    bool paused;         /* until the program resumes the recording */
    bool waits;          /* libcalltape-waits.so is preloaded as well */
    uint32_t filter;     /* bits of enum ct_filter */
    const void *recipes; /* struct ct_recipes, one after the other; NULL: none */
    size_t recipes_bytes;
    bool force; /* replace an unfinished recording of the same name */
    int argument_count;
    char **arguments;
};

/* Creates part and arena and writes the session's records. On failure nothing of it is left. */
int session_begin(struct session *session, const struct session_options *options, struct error *error);

/* Another writer in place of the session's, from before its first block on. */
int session_fold(const struct session *session, struct writer *writer, struct error *error);

/* Chunks for so many busy threads, at most `most`: of each a group to come, and one to be packed by the recorder, one
 * by its helper, one to spare. */
uint32_t session_buffer(uint32_t threads, uint32_t most);

/* Index and end; the part becomes the tape and the arena goes. On failure part and arena stay, so that they
 * can be recovered. */
int session_finish(struct session *session, struct error *error);

/* Removes what session_begin made. */
void session_discard(struct session *session);

int session_clock_record(struct session *session, struct error *error);

#endif
