#include "record/queue.h"

#include <stdlib.h>
#include <string.h>

#define THREADS_MOST (1u << 24)

struct queue *queues_get(struct queues *queues, uint32_t thread)
{
    if (thread >= queues->count) {
        if (thread >= THREADS_MOST)
            return NULL;
        uint32_t count = (thread + 64) / 64 * 64 * 2;
        struct queue *grown = realloc(queues->by_thread, count * sizeof *grown);
        if (!grown)
            return NULL;
        memset(grown + queues->count, 0, (count - queues->count) * sizeof *grown);
        queues->by_thread = grown;
        queues->count = count;
    }
    return &queues->by_thread[thread];
}

int queue_add(struct queue *queue, uint32_t sequence, uint32_t chunk)
{
    if (queue->count == queue->room) {
        size_t room = queue->room ? queue->room * 2 : 4;
        struct queued *grown = realloc(queue->chunks, room * sizeof *grown);
        if (!grown)
            return -1;
        queue->chunks = grown;
        queue->room = room;
    }
    size_t at = queue->count++;
    for (; at && queue->chunks[at - 1].sequence > sequence; at--)
        queue->chunks[at] = queue->chunks[at - 1];
    queue->chunks[at] = (struct queued){sequence, chunk};
    return 0;
}

size_t queue_ready(const struct queue *queue)
{
    size_t ready = 0;
    while (ready < queue->count && queue->chunks[ready].sequence == queue->next + ready)
        ready++;
    return ready;
}

void queue_drop(struct queue *queue, size_t count)
{
    queue->next = queue->chunks[count - 1].sequence + 1;
    queue->count -= count;
    memmove(queue->chunks, queue->chunks + count, queue->count * sizeof *queue->chunks);
}

void queues_free(struct queues *queues)
{
    for (uint32_t i = 0; i < queues->count; i++)
        free(queues->by_thread[i].chunks);
    free(queues->by_thread);
}
