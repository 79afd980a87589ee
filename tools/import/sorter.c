#include "import/sorter.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/growing.h"

enum { RUN = 1 << 20, PIECE = 1024 }; /* events of a run; of a run read at a time */

/* A sorted run in the file; the piece of it that is in memory. */
struct run {
    uint64_t next, end; /* in the file, events */
    struct sorted *piece;
    size_t at, count;
};

struct sorter {
    struct sorted *events;
    size_t count, at, room;
    FILE *file; /* NULL: all fits into memory */
    uint64_t written;
    struct run *runs;
    size_t run_count;
    struct run **heap; /* runs that have an event, the first by order on top */
    size_t heap_count;
};

static int by_order(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    if (a->thread != b->thread)
        return a->thread < b->thread ? -1 : 1;
    if (a->ns != b->ns)
        return a->ns < b->ns ? -1 : 1;
    bool whole = a->kind == SORTED_WHOLE;
    if (whole != (b->kind == SORTED_WHOLE))
        return whole ? 1 : -1;
    if (whole && a->length != b->length)
        return a->length > b->length ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for sorting");
}

struct sorter *sorter_create(struct error *error)
{
    struct sorter *sorter = calloc(1, sizeof *sorter);
    if (sorter == NULL)
        no_memory(error);
    return sorter;
}

void sorter_destroy(struct sorter *sorter)
{
    if (sorter == NULL)
        return;
    for (size_t i = 0; i < sorter->run_count; i++)
        free(sorter->runs[i].piece);
    if (sorter->file != NULL)
        fclose(sorter->file);
    free(sorter->runs);
    free(sorter->heap);
    free(sorter->events);
    free(sorter);
}

/* ---- runs -------------------------------------------------------------------------------------------------------- */

static int file_failed(struct error *error)
{
    return error_set(error, "cannot sort in a temporary file in /tmp: %s", strerror(errno));
}

static int write_run(struct sorter *sorter, struct error *error)
{
    struct run run = {sorter->written, sorter->written + sorter->count, NULL, 0, 0};
    qsort(sorter->events, sorter->count, sizeof *sorter->events, by_order);
    if (sorter->file == NULL && (sorter->file = tmpfile()) == NULL)
        return file_failed(error);
    if (fwrite(sorter->events, sizeof *sorter->events, sorter->count, sorter->file) != sorter->count)
        return file_failed(error);
    struct run *kept = growing_add(&sorter->runs, &sorter->run_count, sizeof run);
    if (kept == NULL)
        return no_memory(error);
    *kept = run;
    sorter->written += sorter->count;
    sorter->count = 0;
    return 0;
}

int sorter_add(struct sorter *sorter, const struct sorted *event, struct error *error)
{
    if (sorter->count == RUN && write_run(sorter, error) != 0)
        return -1;
    if (sorter->count == sorter->room) {
        size_t room = sorter->room != 0 ? 2 * sorter->room : PIECE;
        struct sorted *events = realloc(sorter->events, room * sizeof *events);
        if (events == NULL)
            return no_memory(error);
        sorter->events = events;
        sorter->room = room;
    }
    sorter->events[sorter->count++] = *event;
    return 0;
}

uint64_t sorter_count(const struct sorter *sorter)
{
    return sorter->written + sorter->count;
}

/* ---- merging ----------------------------------------------------------------------------------------------------- */

static bool before(const struct run *a, const struct run *b)
{
    return by_order(&a->piece[a->at], &b->piece[b->at]) < 0;
}

static void sink(struct sorter *sorter, size_t at)
{
    struct run **heap = sorter->heap;
    for (size_t child; (child = 2 * at + 1) < sorter->heap_count; at = child) {
        child += child + 1 < sorter->heap_count && before(heap[child + 1], heap[child]);
        if (!before(heap[child], heap[at]))
            return;
        struct run *up = heap[child];
        heap[child] = heap[at];
        heap[at] = up;
    }
}

/* Makes the run's next event ready. 1, 0 at its end, -1. */
static int fill(struct sorter *sorter, struct run *run, struct error *error)
{
    if (run->at < run->count)
        return 1;
    uint64_t left = run->end - run->next;
    size_t count = left < PIECE ? (size_t)left : PIECE;
    if (count == 0)
        return 0;
    if (fseeko(sorter->file, (off_t)(run->next * sizeof *run->piece), SEEK_SET) != 0 ||
        fread(run->piece, sizeof *run->piece, count, sorter->file) != count)
        return file_failed(error);
    run->next += count;
    run->at = 0;
    run->count = count;
    return 1;
}

static int open_runs(struct sorter *sorter, struct error *error)
{
    sorter->heap = malloc(sorter->run_count * sizeof *sorter->heap);
    if (sorter->heap == NULL)
        return no_memory(error);
    for (size_t i = 0; i < sorter->run_count; i++) {
        struct run *run = &sorter->runs[i];
        run->piece = malloc(PIECE * sizeof *run->piece);
        if (run->piece == NULL)
            return no_memory(error);
        if (fill(sorter, run, error) < 0)
            return -1;
        sorter->heap[sorter->heap_count++] = run;
    }
    for (size_t i = sorter->heap_count; i-- > 0;)
        sink(sorter, i);
    return 0;
}

int sorter_sort(struct sorter *sorter, struct error *error)
{
    if (sorter->file == NULL) {
        if (sorter->count != 0)
            qsort(sorter->events, sorter->count, sizeof *sorter->events, by_order);
        return 0;
    }
    if (sorter->count != 0 && write_run(sorter, error) != 0)
        return -1;
    free(sorter->events);
    sorter->events = NULL;
    return open_runs(sorter, error);
}

int sorter_next(struct sorter *sorter, struct sorted *event, struct error *error)
{
    if (sorter->file == NULL) {
        if (sorter->at == sorter->count)
            return 0;
        *event = sorter->events[sorter->at++];
        return 1;
    }
    if (sorter->heap_count == 0)
        return 0;
    struct run *run = sorter->heap[0];
    *event = run->piece[run->at++];
    int more = fill(sorter, run, error);
    if (more < 0)
        return -1;
    if (more == 0)
        sorter->heap[0] = sorter->heap[--sorter->heap_count];
    sink(sorter, 0);
    return 1;
}
