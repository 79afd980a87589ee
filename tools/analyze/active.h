/* How many calls of each function are open on each stack of one thread. */
#ifndef CALLTAPE_ANALYZE_ACTIVE_H
#define CALLTAPE_ANALYZE_ACTIVE_H

#include <stddef.h>
#include <stdint.h>

/* Stack 0, where nearly all calls are made, has a plain array; the others share a hash table of what is open. */
struct active {
    uint32_t *first;
    struct active_entry *table;
    size_t slots, used; /* slots: a power of two, or 0 */
};

/* For function ids below `functions`; NULL: no memory. */
struct active *active_create(uint32_t functions);
void active_destroy(struct active *active); /* NULL is allowed */

/* What follows, for another stack than 0. */
int64_t active_begin_other(struct active *active, uint64_t stack, uint32_t function);
int64_t active_end_other(struct active *active, uint64_t stack, uint32_t function);
uint32_t active_count_other(const struct active *active, uint64_t stack, uint32_t function);

/* One more; how many were open before, or -1 without memory. */
static inline int64_t active_begin(struct active *active, uint64_t stack, uint32_t function)
{
    return stack == 0 ? active->first[function]++ : active_begin_other(active, stack, function);
}

/* One less of what was begun; how many are open still. */
static inline int64_t active_end(struct active *active, uint64_t stack, uint32_t function)
{
    return stack == 0 ? --active->first[function] : active_end_other(active, stack, function);
}

/* How many are open. */
static inline uint32_t active_count(const struct active *active, uint64_t stack, uint32_t function)
{
    return stack == 0 ? active->first[function] : active_count_other(active, stack, function);
}

#endif
