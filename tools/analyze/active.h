/* How many calls of each function are open on each stack of one thread. */
#ifndef CALLTAPE_ANALYZE_ACTIVE_H
#define CALLTAPE_ANALYZE_ACTIVE_H

#include <stdint.h>

struct active;

/* For function ids below `functions`; NULL: no memory. */
struct active *active_create(uint32_t functions);
void active_destroy(struct active *active); /* NULL is allowed */

/* One more; how many were open before, or -1 without memory. */
int64_t active_begin(struct active *active, uint64_t stack, uint32_t function);
/* One less of what was begun; how many are open still. */
int64_t active_end(struct active *active, uint64_t stack, uint32_t function);

#endif
