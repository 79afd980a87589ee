/* The program that shows output screen by screen. */
#ifndef CALLTAPE_BASE_PAGER_H
#define CALLTAPE_BASE_PAGER_H

#include <sys/types.h>

/* Starts $CALLTAPE_PAGER, else $PAGER, else `less -FRX`, through the shell; empty or `cat` means none. Returns its
 * process id and the end of a pipe to it in *fd; 0 where there is none, or none that can be run. */
pid_t pager_start(int *fd);

#endif
