#include "analyze/critical_shares.h"

#include <stdlib.h>

#include "base/saturate.h"

/* Each gap between two events of a thread is the innermost call's: before a begin the caller's, before an end that of
 * the call that ends. What of it lies in a segment is added to a cell: one a function, and one for each other kind. */
struct sharing {
    struct critical *to;
    const struct tape_function *functions;
    uint32_t function_count;
    struct critical_row *cells; /* of the whole chain; cell i is function i's, then come the other kinds' */
    uint64_t *here;             /* likewise, of the current segment: ticks */
    uint32_t *touched;          /* cells of it that are not 0 */
    size_t touched_count;
    size_t *order; /* the segments by thread, then time */
    size_t next;   /* of it: the current segment */
    uint32_t thread;
    uint64_t last, spent; /* up to the last event */
    uint64_t held;        /* to be found in the next gaps */
    uint64_t stack;
    bool begun;       /* the thread's first event was seen */
    uint64_t *opened; /* what was spent when a call began, by tag - 1; of a free one the next free one's tag */
    size_t opened_room;
    uint32_t free_tag;
    struct error *error;
};

static uint32_t cell_of(const struct sharing *sharing, enum critical_kind kind)
{
    return sharing->function_count + (uint32_t)kind;
}

static uint32_t cell_of_call(const struct sharing *sharing, const struct call *call)
{
    if (call != NULL)
        return sharing->functions[call->function].same;
    return cell_of(sharing, sharing->begun ? CRITICAL_OUTSIDE : CRITICAL_STARTING);
}

/* The current segment of this thread; NULL: there are no more. */
static struct critical_segment *current(const struct sharing *sharing)
{
    if (sharing->next == sharing->to->segment_count)
        return NULL;
    struct critical_segment *segment = &sharing->to->segments[sharing->order[sharing->next]];
    return segment->at.thread == sharing->thread ? segment : NULL;
}

static void end_segment(struct sharing *sharing, struct critical_segment *segment)
{
    segment->most = (struct critical_row){.kind = CRITICAL_OUTSIDE};
    for (size_t i = 0; i < sharing->touched_count; i++) {
        uint32_t cell = sharing->touched[i];
        if (sharing->here[cell] > segment->most.ticks) {
            segment->most = sharing->cells[cell];
            segment->most.ticks = sharing->here[cell];
        }
        sharing->here[cell] = 0;
    }
    sharing->touched_count = 0;
    sharing->next++;
}

static void add(struct sharing *sharing, uint32_t cell, uint64_t ticks, uint64_t cost)
{
    if (ticks == 0)
        return;
    if (sharing->here[cell] == 0)
        sharing->touched[sharing->touched_count++] = cell;
    sharing->here[cell] += ticks;
    sharing->cells[cell].ticks += ticks;
    sharing->cells[cell].cost += cost;
}

/* What of it lies in segments. */
static void add_gap(struct sharing *sharing, uint32_t cell, uint64_t from, uint64_t to, uint64_t cost)
{
    struct critical_segment *segment;
    while ((segment = current(sharing)) != NULL && segment->at.from < to) {
        uint64_t begin = from > segment->at.from ? from : segment->at.from;
        uint64_t end = to < segment->at.to ? to : segment->at.to;
        if (end > begin)
            add(sharing, cell, end - begin, (uint64_t)((unsigned __int128)cost * (end - begin) / (to - from)));
        if (to < segment->at.to)
            return;
        end_segment(sharing, segment);
    }
}

static void pass(struct sharing *sharing, uint32_t cell, uint64_t now, uint64_t spent)
{
    uint64_t from = sharing->last, gap = now > from ? now - from : 0;
    uint64_t held = sharing->held < gap ? sharing->held : gap;
    if (held != 0)
        add_gap(sharing, cell_of(sharing, CRITICAL_HELD), from, from + held, 0);
    if (gap > held)
        add_gap(sharing, cell, from + held, now, spent > sharing->spent ? spent - sharing->spent : 0);
    sharing->held -= held;
    sharing->last += gap;
    sharing->spent = spent > sharing->spent ? spent : sharing->spent;
    sharing->begun = true;
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

static int more_tags(struct sharing *sharing)
{
    size_t room = sharing->opened_room != 0 ? 2 * sharing->opened_room : 256;
    uint64_t *grown = realloc(sharing->opened, room * sizeof *grown);
    if (grown == NULL)
        return error_set(sharing->error, "out of memory for a stack of %zu calls", room);
    for (size_t i = sharing->opened_room; i < room; i++)
        grown[i] = i + 1 < room ? i + 2 : 0;
    sharing->free_tag = (uint32_t)sharing->opened_room + 1;
    sharing->opened = grown;
    sharing->opened_room = room;
    return 0;
}

static int on_begin(void *context, struct call *call, const struct call *parent)
{
    struct sharing *sharing = context;
    pass(sharing, cell_of_call(sharing, parent), call->start_ticks, call->cost);
    if (sharing->free_tag == 0 && more_tags(sharing) != 0)
        return -1;
    call->tag = sharing->free_tag;
    sharing->free_tag = (uint32_t)sharing->opened[call->tag - 1];
    sharing->opened[call->tag - 1] = call->cost;
    return 0;
}

/* Calls of other stacks end with the thread: what passed before was not theirs. */
static int on_end(void *context, struct call *call, const struct call *parent)
{
    struct sharing *sharing = context;
    const struct call *innermost = call->stack == sharing->stack ? call : NULL;
    (void)parent;
    pass(sharing, cell_of_call(sharing, innermost), call->end_ticks, sharing->opened[call->tag - 1] + call->cost);
    sharing->opened[call->tag - 1] = sharing->free_tag;
    sharing->free_tag = call->tag;
    return 0;
}

static int on_note(void *context, const struct tape_event *event)
{
    struct sharing *sharing = context;
    if (event->kind == TAPE_STACK)
        sharing->stack = event->n;
    else if (event->kind == TAPE_WAIT)
        sharing->held = saturating_add(sharing->held, event->n);
    return 0;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static int read_thread(struct sharing *sharing, struct tape *tape, uint32_t thread, const struct calls_watch *watch)
{
    const struct calls_receiver receiver = {.begin = on_begin, .end = on_end, .note = on_note, .context = sharing};
    struct tape_times times = {0};
    struct filter_left left = {0};
    sharing->thread = thread;
    sharing->last = sharing->spent = sharing->held = sharing->stack = 0;
    sharing->begun = false;
    int status = calls_of_thread(tape, thread, NULL, &receiver, watch, &times, &left, sharing->error);
    if (status == 0)
        add_gap(sharing, cell_of(sharing, CRITICAL_OUTSIDE), sharing->last, UINT64_MAX, 0);
    return status;
}

static int read_threads(struct sharing *sharing, struct tape *tape, const struct calls_watch *watch)
{
    int status = 0;
    while (status == 0 && sharing->next < sharing->to->segment_count)
        status = read_thread(sharing, tape, sharing->to->segments[sharing->order[sharing->next]].at.thread, watch);
    return status;
}

static int by_place(const void *left, const void *right, void *context)
{
    const struct critical_segment *segments = context;
    size_t x = *(const size_t *)left, y = *(const size_t *)right;
    const struct stretch *a = &segments[x].at, *b = &segments[y].at;
    return a->thread != b->thread ? (a->thread > b->thread) - (a->thread < b->thread) : (x > y) - (x < y);
}

static int prepare(struct sharing *sharing)
{
    size_t cells = sharing->function_count + (size_t)CRITICAL_KINDS, segments = sharing->to->segment_count;
    sharing->cells = calloc(cells, sizeof *sharing->cells);
    sharing->here = calloc(cells, sizeof *sharing->here);
    sharing->touched = calloc(cells, sizeof *sharing->touched);
    sharing->order = calloc(segments + 1, sizeof *sharing->order);
    if (sharing->cells == NULL || sharing->here == NULL || sharing->touched == NULL || sharing->order == NULL)
        return error_set(sharing->error, "out of memory for %zu functions", cells);
    for (uint32_t i = 0; i < sharing->function_count; i++)
        sharing->cells[i].function = i;
    for (uint32_t kind = CRITICAL_FUNCTION + 1; kind < CRITICAL_KINDS; kind++)
        sharing->cells[cell_of(sharing, kind)].kind = kind;
    for (size_t i = 0; i < segments; i++)
        sharing->order[i] = i;
    qsort_r(sharing->order, segments, sizeof *sharing->order, by_place, sharing->to->segments);
    return 0;
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

/* Costs are means: of a short row they may be more than it took. */
static void take_costs(struct sharing *sharing)
{
    struct critical_row *recording = &sharing->cells[cell_of(sharing, CRITICAL_RECORDING)];
    for (uint32_t i = 0; i < cell_of(sharing, CRITICAL_HELD); i++) {
        struct critical_row *row = &sharing->cells[i];
        uint64_t cost = row->cost / 16 < row->ticks ? row->cost / 16 : row->ticks;
        row->ticks -= cost;
        recording->ticks += cost;
    }
}

static int by_time(const void *left, const void *right)
{
    const struct critical_row *a = left, *b = right;
    if (a->ticks != b->ticks)
        return a->ticks < b->ticks ? 1 : -1;
    return a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind)
                              : (a->function > b->function) - (a->function < b->function);
}

/* Each ends where the sum up to it does, so that rounding adds up to nothing. */
static void set_times(struct critical *critical)
{
    uint64_t whole = critical->asked.to - critical->asked.from, ns = critical->to_ns - critical->from_ns, sum = 0;
    const struct scale scale = {whole != 0 ? whole : 1, ns};
    for (size_t i = 0; i < critical->row_count; i++) {
        struct critical_row *row = &critical->rows[i];
        row->share = (double)row->ticks / (double)scale.ticks;
        row->ns = scale_ns(scale, sum + row->ticks) - scale_ns(scale, sum);
        sum += row->ticks;
    }
}

static int make_rows(struct sharing *sharing, bool raw)
{
    struct critical *to = sharing->to;
    size_t cells = sharing->function_count + (size_t)CRITICAL_KINDS;
    if (!raw)
        take_costs(sharing);
    to->rows = calloc(cells, sizeof *to->rows);
    if (to->rows == NULL)
        return error_set(sharing->error, "out of memory for %zu functions", cells);
    for (size_t i = 0; i < cells; i++)
        if (sharing->cells[i].ticks != 0)
            to->rows[to->row_count++] = sharing->cells[i];
    qsort(to->rows, to->row_count, sizeof *to->rows, by_time);
    set_times(to);
    return 0;
}

int critical_shares(struct critical *critical, struct tape *tape, const struct critical_choice *choice,
                    struct error *error)
{
    struct sharing sharing = {.to = critical, .error = error};
    sharing.functions = tape_functions(tape, &sharing.function_count);
    int status = prepare(&sharing);
    if (status == 0)
        status = read_threads(&sharing, tape, choice->watch);
    if (status == 0)
        status = make_rows(&sharing, choice->raw);
    free(sharing.cells);
    free(sharing.here);
    free(sharing.touched);
    free(sharing.order);
    free(sharing.opened);
    return status;
}
