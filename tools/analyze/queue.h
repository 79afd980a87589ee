/* A priority queue by time: a binary heap. All zero: empty. */
#ifndef CALLTAPE_ANALYZE_QUEUE_H
#define CALLTAPE_ANALYZE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queued {
    uint64_t when;
    uint32_t order; /* decides between equal times: lower first */
    void *what;
};

struct queue {
    struct queued *heap;
    size_t count, room;
};

int queue_add(struct queue *queue, uint64_t when, uint32_t order, void *what); /* -1: no memory */
bool queue_take(struct queue *queue, struct queued *first);                    /* false: empty */
void queue_free(struct queue *queue);

#endif
