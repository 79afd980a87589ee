/* Looking at a program before it is started: what can't be recorded is said here, not by an empty tape. */
#ifndef CALLTAPE_RECORD_PROGRAM_H
#define CALLTAPE_RECORD_PROGRAM_H

#include <stdbool.h>

#include "base/error.h"

struct program {
    char path[4096]; /* what will be executed */
};

enum program_verdict {
    PROGRAM_FINE,
    PROGRAM_NOT_FOUND,    /* error set; a shell's 127 */
    PROGRAM_CANNOT_START, /* error set; a shell's 126 */
};

/* Finds `name` as execvp would and checks that the runtime can get into it. */
enum program_verdict program_find(const char *name, struct program *program, struct error *error);

/* Whether it calls the hooks, or holds the runtime; whether the dynamic linker starts it. */
bool program_is_instrumented(const char *path);
bool program_is_dynamic(const char *path);

/* Of a command line, the first program named that calls the hooks: `setarch -R ./prog` starts another. False: none. */
bool program_find_instrumented(char *const *words, int count, struct program *program);

/* What is to be preloaded: libcalltape.so, beside this executable or in ../lib, and with `waits` what stands beside it,
 * libcalltape-waits.so. -1 with the error set where they are not, or where the dynamic linker could not be told. */
int program_runtime(char *paths, unsigned size, bool waits, struct error *error);

#endif
