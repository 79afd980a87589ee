#include "view/strips.h"

#include <stdlib.h>
#include <string.h>

struct gathering {
    struct strips *strips;
    struct error *error;
    uint64_t column_ns;
    uint32_t *lanes; /* by thread: index of its lane + 1; UINT32_MAX: there was no room for it */
    bool failed;
};

/* The one with the most is found as a majority is: R. S. Boyer, J S. Moore, MJRTY, 1981. */
void strip_cell_add(struct strip_cell *cell, uint32_t function, uint64_t ns, uint64_t calls)
{
    cell->covered_ns += ns;
    cell->calls += calls;
    if (cell->function == function) {
        cell->weight += ns;
    } else if (cell->function != CT_NONE && cell->weight >= ns) {
        cell->weight -= ns;
    } else {
        cell->weight = ns - cell->weight * (cell->function != CT_NONE);
        cell->function = function;
    }
}

/* Where a column begins. */
static uint64_t column_start(const struct strips *strips, uint64_t column)
{
    unsigned __int128 span = strips->to_ns - strips->from_ns;
    return strips->from_ns + (uint64_t)(span * column / STRIP_COLUMNS);
}

static uint64_t column_of(const struct strips *strips, uint64_t ns)
{
    unsigned __int128 offset = ns - strips->from_ns;
    uint64_t column = (uint64_t)(offset * STRIP_COLUMNS / (strips->to_ns - strips->from_ns));
    column = column < STRIP_COLUMNS ? column : STRIP_COLUMNS - 1;
    return column + 1 < STRIP_COLUMNS && column_start(strips, column + 1) <= ns ? column + 1 : column;
}

void strips_spread(const struct strips *strips, struct strip_cell *cells, const struct strip_box *box)
{
    uint64_t first = column_of(strips, box->start_ns), last = column_of(strips, box->end_ns);
    for (uint64_t column = first; column <= last; column++) {
        uint64_t from = column_start(strips, column), to = column_start(strips, column + 1);
        from = box->start_ns > from ? box->start_ns : from;
        to = box->end_ns < to ? box->end_ns : to;
        strip_cell_add(&cells[column], box->function, to > from ? to - from : 0, column == first);
    }
}

/* ---- gathering -------------------------------------------------------------------------------------------------- */

static int no_memory(const struct gathering *gathering)
{
    return error_set(gathering->error, "out of memory for the picture");
}

/* NULL: there is no room for the thread. */
static struct strip_lane *lane_of(const struct gathering *gathering, uint32_t thread)
{
    struct strips *strips = gathering->strips;
    uint32_t *index = &gathering->lanes[thread];
    if (*index == 0 && strips->lane_count < STRIP_LANES) {
        strips->lanes[strips->lane_count].thread = thread;
        *index = (uint32_t)++strips->lane_count;
    } else if (*index == 0) {
        *index = UINT32_MAX;
        strips->threads_left++;
    }
    return *index != UINT32_MAX ? &strips->lanes[*index - 1] : NULL;
}

static int start_cells(const struct gathering *gathering, struct strip *strip)
{
    strip->cells = calloc(STRIP_COLUMNS, sizeof *strip->cells);
    if (strip->cells == NULL)
        return no_memory(gathering);
    for (size_t i = 0; i < STRIP_COLUMNS; i++)
        strip->cells[i].function = CT_NONE;
    return 0;
}

static int keep_box(const struct gathering *gathering, struct strip *strip, const struct strip_box *box)
{
    if (strip->count == strip->room) {
        size_t room = 2 * strip->room + 8;
        struct strip_box *boxes = realloc(strip->boxes, room * sizeof *boxes);
        if (boxes == NULL)
            return no_memory(gathering);
        strip->boxes = boxes;
        strip->room = room;
    }
    strip->boxes[strip->count++] = *box;
    return 0;
}

static int add_call(const struct gathering *gathering, struct strip *strip, const struct timeline_item *item)
{
    const struct strips *strips = gathering->strips;
    struct strip_box box = {item->start_ns, item->end_ns, item->function, item->flags, item->took};
    box.start_ns = box.start_ns > strips->from_ns ? box.start_ns : strips->from_ns;
    box.end_ns = box.end_ns < strips->to_ns ? box.end_ns : strips->to_ns;
    box.end_ns = box.end_ns > box.start_ns ? box.end_ns : box.start_ns;
    bool before = box.end_ns == strips->from_ns && (item->flags & CALL_EARLIER) != 0;
    if (before || box.start_ns > strips->to_ns)
        return 0;
    if (strip->cells == NULL && start_cells(gathering, strip) != 0)
        return -1;
    if (box.end_ns - box.start_ns >= gathering->column_ns)
        return keep_box(gathering, strip, &box);
    strips_spread(strips, strip->cells, &box);
    return 0;
}

/* Of a wait its note has the beginning and the length. */
static void add_wait(const struct gathering *gathering, const struct timeline_item *item)
{
    const struct strips *strips = gathering->strips;
    uint64_t end = item->start_ns + item->wait_ns;
    struct strip_lane *lane = item->depth != 0 && end > strips->from_ns && item->start_ns < strips->to_ns
                                  ? lane_of(gathering, item->thread)
                                  : NULL;
    if (lane == NULL)
        return;
    uint64_t first = column_of(strips, item->start_ns > strips->from_ns ? item->start_ns : strips->from_ns);
    uint64_t last = column_of(strips, end < strips->to_ns ? end : strips->to_ns);
    for (uint64_t column = first; column <= last; column++)
        lane->held[column] |= item->event.function == TAPE_PREEMPTED ? STRIP_PREEMPTED
                              : item->event.function == TAPE_PAUSED  ? STRIP_PAUSED
                                                                     : STRIP_WAITED;
}

static int take_item(void *context, const struct timeline_item *item)
{
    struct gathering *gathering = context;
    if (item->kind == TIMELINE_NOTE && item->event.kind == TAPE_WAIT)
        add_wait(gathering, item);
    if (item->kind != TIMELINE_END && item->kind != TIMELINE_LEAF)
        return 0;
    struct strip_lane *lane = lane_of(gathering, item->thread);
    if (lane == NULL)
        return 0;
    lane->calls += (item->flags & CALL_EARLIER) == 0;
    if (item->depth >= STRIP_ROWS) {
        gathering->strips->deep_calls++;
        return 0;
    }
    lane->rows = item->depth >= lane->rows ? item->depth + 1 : lane->rows;
    gathering->failed = add_call(gathering, &lane->strips[item->depth], item) != 0;
    return gathering->failed;
}

static int by_thread(const void *a, const void *b)
{
    const struct strip_lane *left = a, *right = b;
    return (left->thread > right->thread) - (left->thread < right->thread);
}

static int gather(struct gathering *gathering, struct tape *tape, const struct filter_choice *choice, struct sums *sums)
{
    const struct timeline_choice whole = {.filter = choice};
    int status = timeline_play(tape, &whole, take_item, gathering, sums, gathering->error);
    return gathering->failed ? -1 : status;
}

int strips_make(struct strips *strips, struct tape *tape, const struct filter_choice *choice, struct sums *sums,
                struct error *error)
{
    uint32_t threads;
    uint64_t end = tape_ns(tape, tape_session(tape)->end_ticks);
    tape_threads(tape, &threads);
    *strips = (struct strips){.to_ns = end};
    if (choice != NULL) {
        strips->from_ns = tape_ns(tape, choice->from_ticks);
        strips->to_ns = choice->to_ticks != UINT64_MAX ? tape_ns(tape, choice->to_ticks) : end;
    }
    if (strips->to_ns <= strips->from_ns)
        strips->to_ns = strips->from_ns + 1;
    strips->lanes = calloc(STRIP_LANES, sizeof *strips->lanes);
    struct gathering gathering = {
        .strips = strips,
        .error = error,
        .column_ns = (strips->to_ns - strips->from_ns) / STRIP_COLUMNS + 1,
        .lanes = calloc((size_t)threads + 1, sizeof *gathering.lanes),
    };
    int status = strips->lanes != NULL && gathering.lanes != NULL ? gather(&gathering, tape, choice, sums)
                                                                  : no_memory(&gathering);
    free(gathering.lanes);
    if (status == 0)
        qsort(strips->lanes, strips->lane_count, sizeof *strips->lanes, by_thread);
    return status;
}

void strips_free(struct strips *strips)
{
    for (size_t i = 0; i < strips->lane_count; i++)
        for (size_t k = 0; k < STRIP_ROWS; k++) {
            free(strips->lanes[i].strips[k].boxes);
            free(strips->lanes[i].strips[k].cells);
        }
    free(strips->lanes);
}
