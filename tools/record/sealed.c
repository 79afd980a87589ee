#include "record/sealed.h"

#include <stdlib.h>
#include <string.h>

#define THREADS_MOST (1u << 24)

struct sealed *sealed_get(struct sealed_all *queues, uint32_t thread)
{
    if (thread >= queues->count) {
        if (thread >= THREADS_MOST)
            return NULL;
        uint32_t count = (thread + 64) / 64 * 64 * 2;
        struct sealed *grown = realloc(queues->by_thread, count * sizeof *grown);
        if (!grown)
            return NULL;
        memset(grown + queues->count, 0, (count - queues->count) * sizeof *grown);
        queues->by_thread = grown;
        queues->count = count;
    }
    return &queues->by_thread[thread];
}

int sealed_add(struct sealed *queue, uint32_t sequence, uint32_t chunk)
{
    if (queue->count == queue->room) {
        size_t room = queue->room ? queue->room * 2 : 4;
        struct sealed_chunk *grown = realloc(queue->chunks, room * sizeof *grown);
        if (!grown)
            return -1;
        queue->chunks = grown;
        queue->room = room;
    }
    size_t at = queue->count++;
    for (; at && queue->chunks[at - 1].sequence > sequence; at--)
        queue->chunks[at] = queue->chunks[at - 1];
    queue->chunks[at] = (struct sealed_chunk){sequence, chunk};
    return 0;
}

size_t sealed_ready(const struct sealed *queue, bool out_of_turn)
{
    size_t ready = 0;
    if (!queue->count || (queue->chunks[0].sequence > queue->next && !out_of_turn))
        return 0;
    while (ready < queue->count && queue->chunks[ready].sequence == queue->chunks[0].sequence + ready)
        ready++;
    return ready;
}

void sealed_drop(struct sealed *queue, size_t count)
{
    uint32_t next = queue->chunks[count - 1].sequence + 1;
    if (next > queue->next)
        queue->next = next;
    queue->count -= count;
    memmove(queue->chunks, queue->chunks + count, queue->count * sizeof *queue->chunks);
}

void sealed_free(struct sealed_all *queues)
{
    for (uint32_t i = 0; i < queues->count; i++)
        free(queues->by_thread[i].chunks);
    free(queues->by_thread);
}
