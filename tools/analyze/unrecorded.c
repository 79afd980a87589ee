#include "analyze/unrecorded.h"

#include <stdlib.h>

#include "base/saturate.h"

static int by_function(const void *left, const void *right)
{
    const struct unrecorded_row *a = left, *b = right;
    return (a->function > b->function) - (a->function < b->function);
}

static int by_calls(const void *left, const void *right)
{
    const struct unrecorded_row *a = left, *b = right;
    if (a->calls != b->calls)
        return a->calls > b->calls ? -1 : 1;
    return by_function(left, right);
}

static void merge(struct unrecorded *unrecorded, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct unrecorded_row row = unrecorded->rows[i];
        struct unrecorded_row *last = unrecorded->rows + unrecorded->count - 1;
        unrecorded->calls = saturating_add(unrecorded->calls, row.calls);
        if (unrecorded->count != 0 && last->function == row.function)
            last->calls = saturating_add(last->calls, row.calls);
        else
            unrecorded->rows[unrecorded->count++] = row;
    }
}

int unrecorded_make(struct unrecorded *unrecorded, const struct tape *tape, struct error *error)
{
    size_t count;
    uint32_t functions;
    const struct tape_left *left = tape_left(tape, &count);
    const struct tape_function *function = tape_functions(tape, &functions);
    *unrecorded = (struct unrecorded){.rows = malloc((count + 1) * sizeof *unrecorded->rows)};
    if (unrecorded->rows == NULL)
        return error_set(error, "out of memory for calls that were not recorded");
    for (size_t i = 0; i < count; i++)
        unrecorded->rows[i] = (struct unrecorded_row){function[left[i].function].same, left[i].calls};
    qsort(unrecorded->rows, count, sizeof *unrecorded->rows, by_function);
    merge(unrecorded, count);
    qsort(unrecorded->rows, unrecorded->count, sizeof *unrecorded->rows, by_calls);
    return 0;
}

void unrecorded_free(struct unrecorded *unrecorded)
{
    free(unrecorded->rows);
}
