/* A tape made of what another tool recorded. Times are nanoseconds; those of a thread that run back are raised to the
 * time before. Indices are handed out from 0, functions and keys from 1. Functions return -1 with the error set. */
#ifndef CALLTAPE_IMPORT_TAPING_H
#define CALLTAPE_IMPORT_TAPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct taping;

/* Creates `path`. NULL: the error is set. */
struct taping *taping_open(const char *path, struct error *error);
/* `command`: words parted by blanks. `start_ns`: on its clock; `real_ns`: then, since 1970; 0: not known. */
int taping_session(struct taping *taping, const char *command, const char *host, const char *tool, uint64_t start_ns,
                   uint64_t real_ns, struct error *error);
int taping_process(struct taping *taping, uint32_t pid, uint32_t ppid, const char *executable, const char *command,
                   uint64_t ns, uint32_t *process, struct error *error);
int taping_module(struct taping *taping, uint32_t process, const char *path, uint64_t start, uint64_t end,
                  uint32_t *module, struct error *error);
/* `module` CT_NONE: of no file; `symbol`: its name, perhaps as the linker has it; that and `file`: NULL where not
 * known.
 */
int taping_function(struct taping *taping, uint32_t module, uint64_t address, const char *symbol, const char *file,
                    uint32_t line, uint32_t *function, struct error *error);

/* What values are of: enum ct_key_kind, ct_value_type. */
int taping_key(struct taping *taping, uint32_t kind, uint32_t type, const char *name, uint32_t *key,
               struct error *error);

/* What follows is of this thread, up to the next one. */
int taping_thread(struct taping *taping, uint32_t process, uint32_t tid, const char *name, uint64_t ns,
                  struct error *error);
/* It was still there then. */
void taping_pass(struct taping *taping, uint64_t ns);
int taping_enter(struct taping *taping, uint32_t function, uint64_t ns, struct error *error);
int taping_exit(struct taping *taping, uint64_t ns, struct error *error);
/* The innermost `n` calls ended without an exit, when the next event came. */
int taping_jump(struct taping *taping, uint64_t n, struct error *error);
int taping_stray(struct taping *taping, uint32_t function, struct error *error);
/* Opens a frame of before what was recorded: it ends like a call, but is none. */
int taping_inherit(struct taping *taping, uint32_t function, uint64_t ns, struct error *error);
int taping_lost(struct taping *taping, uint64_t n, struct error *error);

/* Of the innermost open call, at the time of the event before; at most CT_VALUE_MAX bytes. `cut`: there were more. */
int taping_value(struct taping *taping, uint32_t key, const void *bytes, size_t count, bool cut, struct error *error);
/* Of no call: what the program told then. At most CT_VALUE_MAX - 8 bytes. */
int taping_mark(struct taping *taping, uint32_t key, const void *bytes, size_t count, bool cut, struct error *error);

/* Writes the rest and closes; frees in any case. */
int taping_finish(struct taping *taping, struct error *error);
/* Closes and removes what was written. NULL is allowed. */
void taping_abort(struct taping *taping);

#endif
