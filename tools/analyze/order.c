#include "analyze/order.h"

#include <stdlib.h>

static bool before(const struct turn *a, const struct turn *b)
{
    return a->when != b->when ? a->when < b->when : a->rank < b->rank;
}

int order_add(struct order *order, uint64_t when, uint32_t rank, void *what)
{
    if (order->count == order->room) {
        size_t room = order->room != 0 ? 2 * order->room : 16;
        struct turn *heap = realloc(order->heap, room * sizeof *heap);
        if (heap == NULL)
            return -1;
        order->heap = heap;
        order->room = room;
    }
    const struct turn added = {when, rank, what};
    size_t i = order->count++;
    for (; i != 0 && before(&added, &order->heap[(i - 1) / 2]); i = (i - 1) / 2)
        order->heap[i] = order->heap[(i - 1) / 2];
    order->heap[i] = added;
    return 0;
}

bool order_take(struct order *order, struct turn *first)
{
    if (order->count == 0)
        return false;
    *first = order->heap[0];
    const struct turn moved = order->heap[--order->count];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < order->count; i = child) {
        if (child + 1 < order->count && before(&order->heap[child + 1], &order->heap[child]))
            child++;
        if (!before(&order->heap[child], &moved))
            break;
        order->heap[i] = order->heap[child];
    }
    order->heap[i] = moved;
    return true;
}

void order_free(struct order *order)
{
    free(order->heap);
    *order = (struct order){0};
}
