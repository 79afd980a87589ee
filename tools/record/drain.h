/* The recorder's background thread: packs sealed chunks into the tape, hands them back, and follows the processes. */
#ifndef CALLTAPE_RECORD_DRAIN_H
#define CALLTAPE_RECORD_DRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "record/session.h"

struct drain;

struct drain_state {
    uint32_t processes, threads; /* that recorded anything */
    uint32_t running;            /* processes that still may */
    uint32_t running_pid;        /* one of them */
    bool disk_full;              /* recording was stopped in time to end the tape well */
    uint64_t overwritten_events; /* given up for newer ones */
    bool failed;                 /* the tape can't be written: recording was stopped, error says why */
    struct error error;
};

/* Tells which functions are recorded, where not all are. On the drain's thread. */
struct judge {
    void (*module)(void *context, const struct ct_module *module, const char *path);
    uint32_t (*function)(void *context, const struct ct_function *function); /* bits of enum ct_answer */
    void *context;
};

/* Starts the thread; child_pid is the process that calltape itself started. The session is the drain's until
 * drain_stop; `judge` NULL: all functions are recorded. NULL with the error set on failure. */
struct drain *drain_start(struct session *session, uint32_t child_pid, const struct judge *judge, struct error *error);

/* Tells the programs that the recorder lives: to be called several times a second. The drain's own thread yields to
 * them, and might not come to it on a busy machine. */
void drain_beat(struct drain *drain);

/* A snapshot; any thread. */
void drain_look(struct drain *drain, struct drain_state *state);

/* Tells how the process that calltape itself started has ended. */
void drain_child_ended(struct drain *drain, enum ct_end_cause cause, uint32_t status);

/* Packs all that there is, whether or not processes still run, ends the thread and frees it. */
void drain_stop(struct drain *drain, struct drain_state *state);

#endif
