#include "view/exact.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/moment.h"

static struct filter_choice between(struct pyramid *pyramid, uint64_t from, uint64_t to)
{
    const struct tape *tape = pyramid_tape(pyramid);
    return (struct filter_choice){
        .depth = UINT32_MAX, .from_ticks = moment_ticks(tape, from), .to_ticks = moment_ticks(tape, to)};
}

static int read_calls(struct pyramid *pyramid, uint32_t thread, uint64_t from, uint64_t to,
                      const struct calls_receiver *receiver, struct error *error)
{
    const struct filter_choice choice = between(pyramid, from, to);
    return starts_read(pyramid_starts(pyramid), thread, &choice, receiver, NULL, error);
}

uint64_t exact_events(struct pyramid *pyramid, uint32_t thread, uint64_t ns)
{
    uint32_t count;
    const struct tape *tape = pyramid_tape(pyramid);
    const struct tape_thread *it = &tape_threads(tape, &count)[thread];
    uint64_t whole = tape_ns(tape, it->end_ticks) - tape_ns(tape, it->start_ticks);
    double part = whole > ns ? (double)ns / (double)whole : 1;
    return (uint64_t)((double)it->events * part);
}

/* ---- tiles ------------------------------------------------------------------------------------------------------ */

struct wanted {
    uint64_t first, last;
    levels_tile *tile;
    void *context;
};

static int pass_wanted(void *context, unsigned level, uint64_t tile, const struct bytes *bytes)
{
    const struct wanted *wanted = context;
    if (tile < wanted->first || tile > wanted->last)
        return 0;
    return wanted->tile(wanted->context, level, tile, bytes);
}

int exact_tiles(struct pyramid *pyramid, uint32_t thread, unsigned level, uint64_t first, uint64_t last,
                levels_tile *tile, void *context, struct error *error)
{
    struct wanted wanted = {first, last, tile, context};
    uint64_t from = first << tile_shift(level), to = (last + 1) << tile_shift(level);
    /* What is open that long is a span in the pyramid. */
    uint64_t before = UINT64_C(4) << level_shift(pyramid_lane(pyramid, thread).finest);
    struct lane lane = {.tape = pyramid_tape(pyramid),
                        .starts = pyramid_starts(pyramid),
                        .thread = thread,
                        .from = from > before ? from - before : 0,
                        .until = to};
    const struct levels_wish wish = {.finest = level, .coarsest = level, .from = lane.from};
    lane.rows = levels_create(&wish, pass_wanted, &wanted);
    int status = lane.rows != NULL ? lane_read(&lane, NULL, error) : error_set(error, "out of memory for the pictures");
    free(lane.rest.open);
    levels_destroy(lane.rows);
    return status;
}

/* ---- sums of paths ---------------------------------------------------------------------------------------------- */

static bool make_room(struct path_sums *sums, uint32_t count)
{
    if (count <= sums->count)
        return true;
    struct slice_sum *wider = realloc(sums->sums, count * sizeof *wider);
    if (wider == NULL)
        return false;
    memset(wider + sums->count, 0, (count - sums->count) * sizeof *wider);
    sums->sums = wider;
    sums->count = count;
    return true;
}

static bool make_room_for_all(struct pyramid *pyramid, struct path_sums *sums)
{
    struct bytes nothing = {0};
    return make_room(sums, pyramid_nodes(pyramid, UINT32_MAX, &nothing));
}

static bool add_renumbered(struct path_sums *sums, const struct path_sums *other, const uint32_t *numbers)
{
    for (uint32_t i = 0; i < other->count; i++) {
        if (!make_room(sums, numbers[i] + 1))
            return false;
        struct slice_sum *sum = &sums->sums[numbers[i]];
        sum->calls += other->sums[i].calls;
        sum->ns += other->sums[i].ns;
        sum->cost += other->sums[i].cost;
    }
    return true;
}

struct edge {
    const struct nodes *nodes;
    struct path_sums sums;
};

static int add_slice(void *context, uint64_t slice, const struct bytes *bytes)
{
    struct edge *edge = context;
    struct reading reading = {bytes->at, bytes->at + bytes->count, false};
    (void)slice;
    return make_room(&edge->sums, edge->nodes->count) && slice_add(&reading, edge->sums.sums, edge->sums.count) ? 0
                                                                                                                : -1;
}

/* From the events. */
static int add_events(struct pyramid *pyramid, uint32_t thread, uint64_t from, uint64_t to, struct path_sums *sums,
                      struct error *error)
{
    if (from >= to)
        return 0;
    struct slices slices;
    struct lane lane = {.tape = pyramid_tape(pyramid),
                        .starts = pyramid_starts(pyramid),
                        .thread = thread,
                        .from = from,
                        .until = to,
                        .slices = &slices};
    struct edge edge = {.nodes = &lane.nodes};
    slices_init(&slices, pyramid_slices_level(pyramid), add_slice, &edge);
    int status = lane_read(&lane, NULL, error);
    uint32_t *numbers = status == 0 ? pyramid_number(pyramid, &lane.nodes) : NULL;
    if (status == 0 && (numbers == NULL || !add_renumbered(sums, &edge.sums, numbers)))
        status = error_set(error, "out of memory for the paths of calls");
    free(numbers);
    free(edge.sums.sums);
    free(lane.rest.open);
    nodes_free(&lane.nodes);
    slices_free(&slices);
    return status;
}

static int damaged(struct error *error)
{
    return error_set(error, "what was stored beside the tape is damaged; remove it: *.tape.view");
}

static int add_slices(struct pyramid *pyramid, uint32_t thread, uint64_t first, uint64_t end, struct path_sums *sums,
                      struct error *error)
{
    struct store_entry what = {
        .kind = PIECE_SLICES, .level = (uint16_t)pyramid_slices_level(pyramid), .thread = thread};
    struct bytes bytes = {0};
    bool good = true;
    for (uint64_t group = first / SLICES_IN_GROUP; group * SLICES_IN_GROUP < end && good; group++) {
        uint64_t begin = group * SLICES_IN_GROUP;
        what.index = (uint64_t)group;
        int got = store_get(pyramid_store(pyramid), &what, &bytes);
        struct reading reading = {bytes.at, bytes.at + bytes.count, false};
        good = got == 0 || (got == 1 && slice_group_sum(&reading, first > begin ? first - begin : 0, end - 1 - begin,
                                                        sums->sums, sums->count));
    }
    bytes_free(&bytes);
    return good ? 0 : damaged(error);
}

int exact_sums(struct pyramid *pyramid, uint32_t thread, uint64_t from, uint64_t to, struct path_sums *sums,
               struct error *error)
{
    unsigned shift = 2 * pyramid_slices_level(pyramid);
    uint64_t width = UINT64_C(1) << shift, first = (from + width - 1) >> shift, end = to >> shift;
    if (to >= pyramid_ns(pyramid)) {
        to = pyramid_ns(pyramid) + 1;
        end = (to + width - 1) >> shift;
    }
    if (!make_room_for_all(pyramid, sums))
        return error_set(error, "out of memory for the paths of calls");
    if (first >= end)
        return add_events(pyramid, thread, from, to, sums, error);
    if (add_slices(pyramid, thread, first, end, sums, error) != 0 ||
        add_events(pyramid, thread, from, first << shift, sums, error) != 0)
        return -1;
    return add_events(pyramid, thread, end << shift, to, sums, error);
}

/* ---- single calls ----------------------------------------------------------------------------------------------- */

struct caller {
    uint32_t function;
    uint64_t stack;
};

struct finding {
    const struct tape *tape;
    uint32_t depth;
    uint64_t at, distance;
    uint32_t begun;                     /* calls of that depth; each one's tag */
    struct kept_value *values;          /* of the one that began last */
    struct caller open[VIEW_ROWS_MOST]; /* by depth */
    struct exact_call *found;
    struct error *error;
};

static int note_begin(void *context, struct call *call, const struct call *parent)
{
    struct finding *finding = context;
    (void)parent;
    if (call->depth < VIEW_ROWS_MOST)
        finding->open[call->depth] = (struct caller){call->function, call->stack};
    if (call->depth != finding->depth)
        return 0;
    call->tag = ++finding->begun;
    kept_free(finding->values);
    finding->values = NULL;
    return 0;
}

static int note_value(void *context, const struct tape_event *event, struct call *call)
{
    struct finding *finding = context;
    if (call == NULL || call->depth != finding->depth || call->tag != finding->begun || event->value->timed)
        return 0;
    return kept_add(&finding->values, event) == 0 ? 0 : error_set(finding->error, "out of memory for a call's values");
}

static void keep_callers(struct finding *finding, const struct call *call)
{
    struct exact_call *found = finding->found;
    found->caller_count = call->depth < VIEW_ROWS_MOST ? call->depth : VIEW_ROWS_MOST;
    for (uint32_t i = 0; i < found->caller_count; i++)
        found->callers[i] = finding->open[i].stack == call->stack ? finding->open[i].function : 0;
}

static int note_end(void *context, struct call *call, const struct call *parent)
{
    struct finding *finding = context;
    (void)parent;
    if (call->depth != finding->depth || (call->flags & (CALL_EARLIER | CALL_LATER)) != 0)
        return 0;
    uint64_t start = tape_ns(finding->tape, call->start_ticks), end = tape_ns(finding->tape, call->end_ticks);
    uint64_t distance = finding->at < start ? start - finding->at : finding->at > end ? finding->at - end : 0;
    struct exact_call *found = finding->found;
    if (found->found && distance >= finding->distance)
        return 0;
    struct scale scale = scale_of(finding->tape);
    finding->distance = distance;
    found->found = true;
    found->call = *call;
    found->start = start;
    found->end = end;
    found->total = scale_less(scale_ns(scale, call_total_ticks(call)), scale_cost_ns(scale, call_total_cost(call)));
    found->self = scale_less(scale_ns(scale, call_self_ticks(call)), scale_cost_ns(scale, call_self_cost(call)));
    keep_callers(finding, call);
    kept_free(found->values);
    found->values = NULL;
    if (call->tag == finding->begun) {
        found->values = finding->values;
        finding->values = NULL;
    }
    return 0;
}

int exact_call(struct pyramid *pyramid, uint32_t thread, uint32_t depth, uint64_t at, uint64_t from, uint64_t to,
               struct exact_call *found, struct error *error)
{
    struct finding *finding = calloc(1, sizeof *finding);
    if (finding == NULL)
        return error_set(error, "out of memory");
    finding->tape = pyramid_tape(pyramid);
    finding->depth = depth;
    finding->at = at;
    finding->found = found;
    finding->error = error;
    *found = (struct exact_call){.found = false};
    const struct calls_receiver receiver = {
        .begin = note_begin, .end = note_end, .value = note_value, .context = finding};
    int status = read_calls(pyramid, thread, from, to, &receiver, error);
    kept_free(finding->values);
    free(finding);
    return status;
}

/* ---- the next call of a function -------------------------------------------------------------------------------- */

struct seeking {
    const struct tape *tape;
    const struct tape_function *functions;
    uint32_t function;
    uint64_t at;
    bool back;
    struct exact_next *found;
};

static int look_at_begin(void *context, struct call *call, const struct call *parent)
{
    const struct seeking *seeking = context;
    (void)parent;
    if (seeking->functions[call->function].same != seeking->function || !call_counts(call))
        return 0;
    uint64_t start = tape_ns(seeking->tape, call->start_ticks);
    if (seeking->back ? start > seeking->at : start < seeking->at || seeking->found->found)
        return 0;
    *seeking->found = (struct exact_next){true, start, call->depth};
    return 0;
}

/* Whether the function began a call in each slice of a group: a bit each. */
static uint64_t slices_with(struct reading *group, const bool *of, uint32_t count)
{
    uint64_t bits = 0, slice = 0;
    while (group->at < group->end && !group->failed) {
        slice += read_number(group);
        uint64_t node = 0, calls = 0;
        for (uint64_t left = read_number(group); left != 0 && !group->failed; left--) {
            node += read_number(group);
            uint64_t of_node = read_number(group);
            calls += node < count && of[node] ? of_node : 0;
            read_number(group);
            read_number(group);
        }
        if (calls != 0 && slice < SLICES_IN_GROUP)
            bits |= UINT64_C(1) << slice;
    }
    return bits;
}

/* Which nodes are of the function: to be freed; NULL: no memory. */
static bool *nodes_of(struct pyramid *pyramid, uint32_t function, uint32_t *count)
{
    struct bytes bytes = {0};
    *count = pyramid_nodes(pyramid, 1, &bytes);
    bool *of = calloc((size_t)*count + 1, sizeof *of);
    struct reading reading = {bytes.at, bytes.at + bytes.count, false};
    for (uint32_t i = 1; of != NULL && i < *count; i++) {
        read_number(&reading);
        of[i] = read_number(&reading) == function;
    }
    bytes_free(&bytes);
    return of;
}

/* Reads the slices that hold such a call, from the one at `at` on, until one is found. */
static int seek(struct pyramid *pyramid, uint32_t thread, const struct seeking *seeking, const bool *of, uint32_t count,
                struct error *error)
{
    const struct calls_receiver receiver = {.begin = look_at_begin, .context = (void *)seeking};
    unsigned shift = 2 * pyramid_slices_level(pyramid);
    struct store_entry what = {
        .kind = PIECE_SLICES, .level = (uint16_t)pyramid_slices_level(pyramid), .thread = thread};
    struct bytes bytes = {0};
    int status = 0;
    int64_t slice = (int64_t)(seeking->at >> shift), last = (int64_t)(pyramid_ns(pyramid) >> shift);
    int64_t group = -1;
    uint64_t with = 0;
    for (; slice >= 0 && slice <= last && status == 0 && !seeking->found->found; slice += seeking->back ? -1 : 1) {
        if (slice / SLICES_IN_GROUP != group) {
            group = slice / SLICES_IN_GROUP;
            what.index = (uint64_t)group;
            int got = store_get(pyramid_store(pyramid), &what, &bytes);
            struct reading reading = {bytes.at, bytes.at + bytes.count, false};
            with = got == 1 ? slices_with(&reading, of, count) : 0;
            if (got < 0 || reading.failed)
                status = damaged(error);
        }
        if (status == 0 && (with >> (slice % SLICES_IN_GROUP) & 1) != 0)
            status =
                read_calls(pyramid, thread, (uint64_t)slice << shift, (uint64_t)(slice + 1) << shift, &receiver, error);
    }
    bytes_free(&bytes);
    return status;
}

int exact_next(struct pyramid *pyramid, uint32_t thread, uint32_t function, uint64_t at, bool back,
               struct exact_next *found, struct error *error)
{
    uint32_t count;
    bool *of = nodes_of(pyramid, function, &count);
    struct seeking seeking = {.tape = pyramid_tape(pyramid),
                              .functions = tape_functions(pyramid_tape(pyramid), &(uint32_t){0}),
                              .function = function,
                              .at = at,
                              .back = back,
                              .found = found};
    found->found = false;
    int status = of != NULL ? seek(pyramid, thread, &seeking, of, count, error) : error_set(error, "out of memory");
    free(of);
    return status;
}
