#include "analyze/repeats.h"

#include <string.h>

static int show_first(struct repeats *repeats)
{
    repeats->count--;
    return repeats->show(repeats->context, &repeats->items[repeats->first++]);
}

int repeats_flush(struct repeats *repeats)
{
    int status = 0;
    while (repeats->count != 0 && status == 0)
        status = show_first(repeats);
    return status;
}

static bool is_begin_of(const struct timeline_item *begin, const struct timeline_item *end)
{
    return begin->kind == TIMELINE_BEGIN && begin->depth == end->depth && begin->stack == end->stack;
}

/* How many of the `count` items before `end` are the subtree that it ends; 0: its beginning is not among them, or
 * something of another thread is. */
static size_t subtree_length(const struct timeline_item *end, size_t count)
{
    for (size_t length = 2; length <= count; length++) {
        const struct timeline_item *item = end + 1 - length;
        if (item->thread != end->thread || item->kind == TIMELINE_NOTE)
            return 0;
        if (is_begin_of(item, end))
            return length;
    }
    return 0;
}

/* Is `one`, `times` times over, what `sum` holds? */
static bool is_the_same(const struct repeats *repeats, const struct timeline_item *sum, const struct timeline_item *one,
                        uint64_t times)
{
    return sum->kind == one->kind && sum->thread == one->thread && sum->depth == one->depth &&
           sum->stack == one->stack && call_flags_agree(sum->flags, one->flags) && sum->calls == times * one->calls &&
           repeats->functions[sum->function].same == repeats->functions[one->function].same;
}

static void fold(struct timeline_item *sum, const struct timeline_item *one, size_t length)
{
    for (size_t i = 0; i < length; i++)
        timeline_fold(&sum[i], &one[i]);
    sum[length - 1].end_ns = one[length - 1].end_ns;
}

/* The last item ended a subtree: is what stands before it the same? */
static void fold_last(struct repeats *repeats)
{
    struct timeline_item *end = &repeats->items[repeats->first + repeats->count - 1];
    size_t length = subtree_length(end, repeats->count);
    if (length == 0 || 2 * length > repeats->count)
        return;
    struct timeline_item *one = end + 1 - length, *sum = one - length;
    for (size_t i = 0; i < length; i++)
        if (!is_the_same(repeats, &sum[i], &one[i], sum[0].calls / one[0].calls))
            return;
    fold(sum, one, length);
    repeats->count -= length;
}

int repeats_add(struct repeats *repeats, const struct timeline_item *item)
{
    if (repeats->first + repeats->count == 2 * REPEATS_MOST) {
        memmove(repeats->items, repeats->items + repeats->first, repeats->count * sizeof *repeats->items);
        repeats->first = 0;
    }
    repeats->items[repeats->first + repeats->count++] = *item;
    if (item->kind == TIMELINE_END)
        fold_last(repeats);
    return repeats->count > REPEATS_MOST ? show_first(repeats) : 0;
}
