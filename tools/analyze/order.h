/* Whose turn is next: a priority queue by time, as a binary heap. All zero: empty. */
#ifndef CALLTAPE_ANALYZE_ORDER_H
#define CALLTAPE_ANALYZE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct turn {
    uint64_t when;
    uint32_t rank; /* decides between equal times: lower first */
    void *what;
};

struct order {
    struct turn *heap;
    size_t count, room;
};

int order_add(struct order *order, uint64_t when, uint32_t rank, void *what); /* -1: no memory */
bool order_take(struct order *order, struct turn *first);                     /* false: empty */
void order_free(struct order *order);

#endif
