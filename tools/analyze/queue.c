#include "analyze/queue.h"

#include <stdlib.h>

static bool before(const struct queued *a, const struct queued *b)
{
    return a->when != b->when ? a->when < b->when : a->order < b->order;
}

int queue_add(struct queue *queue, uint64_t when, uint32_t order, void *what)
{
    if (queue->count == queue->room) {
        size_t room = queue->room != 0 ? 2 * queue->room : 16;
        struct queued *heap = realloc(queue->heap, room * sizeof *heap);
        if (heap == NULL)
            return -1;
        queue->heap = heap;
        queue->room = room;
    }
    const struct queued added = {when, order, what};
    size_t i = queue->count++;
    for (; i != 0 && before(&added, &queue->heap[(i - 1) / 2]); i = (i - 1) / 2)
        queue->heap[i] = queue->heap[(i - 1) / 2];
    queue->heap[i] = added;
    return 0;
}

bool queue_take(struct queue *queue, struct queued *first)
{
    if (queue->count == 0)
        return false;
    *first = queue->heap[0];
    const struct queued moved = queue->heap[--queue->count];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < queue->count; i = child) {
        if (child + 1 < queue->count && before(&queue->heap[child + 1], &queue->heap[child]))
            child++;
        if (!before(&queue->heap[child], &moved))
            break;
        queue->heap[i] = queue->heap[child];
    }
    queue->heap[i] = moved;
    return true;
}

void queue_free(struct queue *queue)
{
    free(queue->heap);
    *queue = (struct queue){0};
}
