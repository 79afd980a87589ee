/* Threads and processes as they are printed. */
#ifndef CALLTAPE_EMIT_THREADS_H
#define CALLTAPE_EMIT_THREADS_H

#include <stdbool.h>

#include "analyze/overview.h"

/* "name/tid", or the tid alone; "name/pid", the name that of the program's file. To be freed; NULL: no memory. */
char *shown_thread(const struct tape_thread *thread, bool utf8);
char *shown_process(const struct tape_process *process, bool utf8);

#endif
