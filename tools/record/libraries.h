/* The libraries that a program is linked with, as its dynamic linker finds them. */
#ifndef CALLTAPE_RECORD_LIBRARIES_H
#define CALLTAPE_RECORD_LIBRARIES_H

/* Calls `found` for each, until that returns nonzero, which is returned. Programs that no dynamic linker starts have
 * none. */
int libraries_each(const char *program, int (*found)(void *context, const char *path), void *context);

#endif
