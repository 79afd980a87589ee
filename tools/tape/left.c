/* Counts of calls that were not recorded: which function an index means is its process's affair. */
#include <stdlib.h>

#include "base/saturate.h"
#include "tape/state.h"
#include "tape/write.h"

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_process_and_index(const void *left, const void *right)
{
    const struct ct_left *a = left, *b = right;
    int order = compare(a->process, b->process);
    return order ? order : compare(a->index, b->index);
}

/* What repeats stands together, the largest last: counts only grow. */
static int by_place(const void *left, const void *right)
{
    const struct ct_left_calls *a = left, *b = right;
    int order = compare(a->thread, b->thread);
    if (order == 0)
        order = compare(a->index, b->index);
    if (order == 0)
        order = compare(a->ticks, b->ticks);
    return order ? order : compare(a->calls, b->calls);
}

static bool repeats(const struct ct_left_calls *a, const struct ct_left_calls *b)
{
    return a->thread == b->thread && a->index == b->index && a->ticks == b->ticks;
}

/* 0: of none that is known. */
static uint32_t function_of(const struct tape *tape, const struct ct_left_calls *calls)
{
    const struct tape_thread *threads = tape->threads.at;
    const struct ct_left key = {.process = threads[calls->thread].process, .index = calls->index};
    const struct ct_left *found =
        tape->left_indices.count
            ? bsearch(&key, tape->left_indices.at, tape->left_indices.count, sizeof key, by_process_and_index)
            : NULL;
    return found && found->function < tape->functions.count ? found->function : 0;
}

static int add(struct tape *tape, uint32_t thread, uint32_t function, uint64_t calls)
{
    struct tape_left *last = tape->left.count ? (struct tape_left *)tape->left.at + tape->left.count - 1 : NULL;
    if (!last || last->thread != thread || last->function != function) {
        if (!(last = table_add(&tape->left)))
            return -1;
        *last = (struct tape_left){.thread = thread, .function = function};
    }
    last->calls = saturating_add(last->calls, calls);
    return 0;
}

int left_finish(struct tape *tape)
{
    const struct ct_left_calls *calls = tape->left_calls.at;
    size_t count = tape->left_calls.count;
    if (tape->left_indices.count)
        qsort(tape->left_indices.at, tape->left_indices.count, sizeof(struct ct_left), by_process_and_index);
    if (count)
        qsort(tape->left_calls.at, count, sizeof *calls, by_place);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && repeats(&calls[i], &calls[i + 1]))
            continue;
        if (add(tape, calls[i].thread, function_of(tape, &calls[i]), calls[i].calls) != 0)
            return -1;
    }
    return 0;
}

const struct tape_left *tape_left(const struct tape *tape, size_t *count)
{
    *count = tape->left.count;
    return tape->left.at;
}

int writer_left(struct writer *writer, const struct ct_chunk *chunk, struct error *error)
{
    const uint64_t *counts = (const uint64_t *)chunk;
    int status = 0;
    for (uint32_t i = CT_CHUNK_HEADER_WORDS; i < CT_CHUNK_WORDS && status == 0; i++) {
        struct ct_left_calls record = {.thread = chunk->thread,
                                       .index = i,
                                       .ticks = chunk->base_ticks,
                                       .calls = __atomic_load_n(&counts[i], __ATOMIC_RELAXED)};
        if (record.calls)
            status = writer_record(writer, CT_RECORD_LEFT_CALLS, &record, sizeof record, NULL, 0, error);
    }
    return status;
}
