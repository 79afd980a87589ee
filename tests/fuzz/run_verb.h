/* Verbs as the command line runs them, in this process. */
#ifndef CALLTAPE_FUZZ_RUN_VERB_H
#define CALLTAPE_FUZZ_RUN_VERB_H

#include <stddef.h>
#include <stdint.h>

/* A file of these bytes, for the next run; its path, which holds until the next one. */
const char *put_file(const void *bytes, size_t size);
/* What they print goes nowhere. `words` ends in NULL. The exit status: 0, 1 or 2, or this ends the program. */
int run_verb(const char *const *words);

#endif
