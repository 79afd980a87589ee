/* Items found by their number: a hash table of pointers to structures that begin with it, a uint64_t. */
#ifndef CALLTAPE_BASE_NUMBERS_H
#define CALLTAPE_BASE_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

/* Open addressing; NULL slots are free. All zero: empty. The items are the owner's, numbers_free frees none. */
struct numbers {
    void **table;
    size_t slots, count; /* slots: a power of two, or 0 */
};

void *numbers_find(const struct numbers *numbers, uint64_t number); /* NULL: not there */
/* The item of that number; if need be a new one, `bytes` long (malloc) and zero but for its number. NULL: no memory. */
void *numbers_get(struct numbers *numbers, uint64_t number, size_t bytes);
int numbers_add(struct numbers *numbers, void *item);         /* of a new number; -1: no memory */
void *numbers_take(struct numbers *numbers, uint64_t number); /* removes it; NULL: was not there */
void numbers_free(struct numbers *numbers);

#endif
