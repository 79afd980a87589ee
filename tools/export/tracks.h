/* Where calls are drawn. Each thread is a track; what runs on another of its stacks while one has open calls
 * (coroutines) is drawn on further ones. Calls of one track nest, and come in the order of time. */
#ifndef CALLTAPE_EXPORT_TRACKS_H
#define CALLTAPE_EXPORT_TRACKS_H

#include "base/numbers.h"
#include "export/export.h"

enum { TRACKS_FIRST_OWN = 1 << 22 }; /* numbers from here on are no process's or thread's (PID_MAX_LIMIT) */

struct track {
    uint64_t stack; /* that is on it now; first: struct numbers finds it here */
    uint32_t lane;  /* 0: the thread's own */
    uint32_t pid, tid;
    bool announced;          /* the format's: false at first */
    uint64_t until;          /* ticks: when the last call of the stack before ended */
    struct track *next_free; /* while no stack is on it */
};

struct tracks {
    const struct overview *overview;
    uint32_t *pids, *tids; /* by process and by thread, as they are shown: each once */
    uint32_t thread;       /* the one at work */
    struct numbers by_stack;
    struct track **lanes; /* of that thread */
    uint32_t lane_count, room, next_tid;
    struct track *free;
    struct track *current; /* of the last call; NULL: none */
};

int tracks_init(struct tracks *tracks, const struct export_source *source, struct error *error);
void tracks_free(struct tracks *tracks);

/* Whose calls follow. -1: no memory. */
int tracks_thread(struct tracks *tracks, uint32_t thread);
/* The track of a stack's calls, at the time of one; NULL: no memory. */
struct track *tracks_find(struct tracks *tracks, uint64_t stack, uint64_t ticks);
static inline struct track *tracks_get(struct tracks *tracks, uint64_t stack, uint64_t ticks)
{
    struct track *current = tracks->current;
    return current != NULL && current->stack == stack ? current : tracks_find(tracks, stack, ticks);
}
/* After the end of a stack's outermost call: another stack may have its track from then on. */
void tracks_leave(struct tracks *tracks, struct track *track, uint64_t ticks);
/* "worker", "worker, stack 1" */
void tracks_name(const struct tracks *tracks, const struct track *track, char *text, size_t size);

#endif
