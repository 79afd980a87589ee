/* What calls have below them: by function, how often it was called and its self time. */
#ifndef CALLTAPE_ANALYZE_BELOW_H
#define CALLTAPE_ANALYZE_BELOW_H

#include <stddef.h>
#include <stdint.h>

struct below_item {
    uint32_t function;
    uint32_t slot;
    uint64_t calls, ticks, cost; /* cost: 1/16 ticks */
};

/* All zero: empty. */
struct below {
    struct below_item *items; /* in the order in which they came */
    uint32_t count, room;
    uint32_t *slots; /* open addressing: index + 1, 0: free */
    uint32_t slot_count;
};

/* Adds to the function's item; -1: no memory. */
int below_add(struct below *below, uint32_t function, uint64_t calls, uint64_t ticks, uint64_t cost);
int below_join(struct below *to, const struct below *from);
void below_clear(struct below *below); /* keeps the memory for the next */
void below_free(struct below *below);

#endif
