/* Threads and processes as they are printed. */
#ifndef CALLTAPE_EMIT_THREADS_H
#define CALLTAPE_EMIT_THREADS_H

#include <stdbool.h>

#include "analyze/overview.h"

enum { SHOWN_PART = 1024 }; /* longer names are cut */

/* "name/tid", or the tid alone; "name/pid", the name that of the program's file. They return `text`. */
const char *shown_thread(char text[SHOWN_PART], const struct tape_thread *thread, bool utf8);
const char *shown_process(char text[SHOWN_PART], const struct tape_process *process, bool utf8);

#endif
