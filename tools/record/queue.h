/* The sealed chunks of one thread that wait to be packed, in the order of their sequence. */
#ifndef CALLTAPE_RECORD_QUEUE_H
#define CALLTAPE_RECORD_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queued {
    uint32_t sequence, chunk;
};

struct queue {
    struct queued *chunks;
    size_t count, room;
    uint32_t next; /* sequence of the next chunk to pack */
    bool ended;    /* nothing more is to come soon: pack what there is */
};

/* All queues, by thread index. */
struct queues {
    struct queue *by_thread;
    uint32_t count;
};

/* NULL: out of memory, or no sensible index. */
struct queue *queues_get(struct queues *queues, uint32_t thread);
int queue_add(struct queue *queue, uint32_t sequence, uint32_t chunk);
/* How many chunks from the first on follow each other without a gap. */
size_t queue_ready(const struct queue *queue);
void queue_drop(struct queue *queue, size_t count);
void queues_free(struct queues *queues);

#endif
