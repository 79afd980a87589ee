/* Processes that belong to a recording but have not recorded anything yet: a child between fork and its first call,
 * or a program that was just started. */
#ifndef CALLTAPE_RECORD_OTHERS_H
#define CALLTAPE_RECORD_OTHERS_H

#include <stdint.h>

struct others {
    uint32_t joined; /* have the arena mapped */
    uint32_t fresh;  /* were started with it in their environment, and have not mapped it */
    uint32_t pid;    /* one of them */
};

/* Looks through /proc; what can't be read is passed over. */
struct others others_find(const char *arena_path);

#endif
