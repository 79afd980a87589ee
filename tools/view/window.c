#include "view/window.h"

#include <stdlib.h>

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for the pictures");
}

void window_free(struct window *window)
{
    if (window == NULL)
        return;
    nodes_free(&window->nodes);
    bytes_free(&window->slices);
    bytes_free(&window->hand);
    call_parts_free(&window->parts);
    free(window->rest.open);
    free(window);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

struct drawing {
    struct window *window;
    struct pyramid *pyramid;
    const struct lane *lane;
    struct error *error;
};

static int add_tile(struct pyramid *pyramid, uint32_t thread, unsigned level, uint64_t tile, const struct bytes *bytes,
                    struct error *error)
{
    const struct store_entry what = {.kind = PIECE_TILE, .level = (uint16_t)level, .thread = thread, .index = tile};
    return making_add(pyramid, &what, bytes, error);
}

static int keep_tile(void *context, unsigned level, uint64_t tile, const struct bytes *bytes)
{
    const struct drawing *drawing = context;
    return add_tile(drawing->pyramid, drawing->window->thread, level, tile, bytes, drawing->error);
}

static int keep_slice(void *context, uint64_t slice, const struct bytes *sums)
{
    const struct drawing *drawing = context;
    struct bytes *kept = &drawing->window->slices;
    bytes_number(kept, slice);
    bytes_number(kept, sums->count);
    bytes_put(kept, sums->at, sums->count);
    return kept->failed ? -1 : 0;
}

static int tell_progress(void *context, uint64_t events)
{
    const struct drawing *drawing = context;
    struct lane_state *state = &drawing->pyramid->lanes[drawing->window->thread];
    atomic_fetch_add(&drawing->pyramid->events_read, events);
    if (drawing->window->first && drawing->window->last) {
        atomic_store(&state->rows, drawing->lane->deepest);
        atomic_store(&state->done_ns, drawing->lane->now);
    }
    return 0;
}

static int draw(struct lane *lane, struct drawing *drawing)
{
    const struct window *window = drawing->window;
    const struct calls_watch watch = {tell_progress, drawing};
    const struct levels_wish wish = {
        .finest = drawing->pyramid->lanes[window->thread].finest,
        .coarsest = window->coarsest,
        .from = lane->choice != NULL ? lane->from : window->start,
        .hand = window->coarsest < drawing->pyramid->coarsest ? &drawing->window->hand : NULL,
    };
    lane->rows = levels_create(&wish, keep_tile, drawing);
    if (lane->rows == NULL)
        return no_memory(drawing->error);
    int status = lane_read(lane, &watch, drawing->error);
    levels_destroy(lane->rows);
    return status;
}

int window_read(struct window *window, struct pyramid *pyramid, struct habit **habits, struct error *error)
{
    struct slices slices;
    const struct filter_choice *choice = pyramid->choice;
    struct lane lane = {
        .tape = pyramid->tape,
        .starts = pyramid->starts,
        .thread = window->thread,
        .from = choice != NULL  ? tape_ns(pyramid->tape, choice->from_ticks)
                : window->first ? 0
                                : window->start,
        .until = window->until,
        .slices = &slices,
        .habits = habits,
        .parts = pyramid->counted ? NULL : &window->parts,
        .sums = pyramid->counted ? &window->sums : NULL,
        .choice = choice,
    };
    struct drawing drawing = {window, pyramid, &lane, error};
    slices_init(&slices, pyramid->slices_level, keep_slice, &drawing);
    int status = draw(&lane, &drawing);
    slices_free(&slices);
    window->deepest = lane.deepest;
    window->nodes = lane.nodes;
    window->rest = lane.rest;
    return status;
}

/* ---- joining ---------------------------------------------------------------------------------------------------- */

static int keep_coarse_tile(void *context, unsigned level, uint64_t tile, const struct bytes *bytes)
{
    const struct joined *joined = context;
    return add_tile(joined->pyramid, joined->thread, level, tile, bytes, joined->error);
}

static int add_group(struct joined *joined)
{
    const struct store_entry what = {.kind = PIECE_SLICES,
                                     .level = (uint16_t)joined->pyramid->slices_level,
                                     .thread = joined->thread,
                                     .index = joined->group.group};
    int status =
        joined->group.bytes.count != 0 ? making_add(joined->pyramid, &what, &joined->group.bytes, joined->error) : 0;
    joined->group.bytes.count = 0;
    return status;
}

static int add_slices(struct joined *joined, const struct window *window)
{
    struct reading all = {window->slices.at, window->slices.at + window->slices.count, false};
    uint32_t *numbers = pyramid_number(joined->pyramid, &window->nodes);
    struct bytes sums = {0};
    int status = numbers != NULL ? 0 : no_memory(joined->error);
    while (status == 0 && all.at < all.end) {
        uint64_t slice = read_number(&all), count = read_number(&all);
        struct reading one = {all.at, all.at + count, false};
        all.at += count;
        if (slice / SLICES_IN_GROUP != joined->group.group)
            status = add_group(joined);
        sums.count = 0;
        if (!slice_renumber(&one, numbers, window->nodes.count, &sums))
            status = no_memory(joined->error);
        slice_group_add(&joined->group, slice, &sums);
    }
    bytes_free(&sums);
    free(numbers);
    return status;
}

/* Where what is open at the window's end began. */
static void know_starts(const struct lane_rest *before, struct lane_rest *rest)
{
    for (uint32_t i = 0; i < rest->count && i < before->count; i++)
        if ((rest->open[i].flags & SEGMENT_UNSEEN) != 0)
            rest->open[i] = before->open[i];
}

static int add_levels(struct joined *joined, struct window *window)
{
    struct reading hand = {window->hand.at, window->hand.at + window->hand.count, false};
    const struct levels_open known = {.open = joined->rest.open, .count = joined->rest.count};
    error_set(joined->error, "out of memory for the pictures");
    if (joined->levels == NULL)
        return 0;
    if (window->hand.failed || !levels_take(joined->levels, &hand, &known))
        return -1;
    if (window->last)
        return levels_finish(joined->levels);
    know_starts(&joined->rest, &window->rest);
    const struct levels_open open = {.mark = window->rest.mark.function != 0 ? &window->rest.mark : NULL,
                                     .open = window->rest.open,
                                     .count = window->rest.count};
    return levels_pass(joined->levels, window->until, &open);
}

/* A call of several windows. */
static void remember(void *context, const struct call *call)
{
    struct joined *joined = context;
    const struct tape *tape = joined->pyramid->tape;
    const struct scale scale = scale_of(tape);
    uint32_t count, function = tape_functions(tape, &count)[call->function].same;
    struct slow_call slow = {.start = tape_ns(tape, call->start_ticks), .thread = joined->thread, .depth = call->depth};
    slow.ns = scale_less(scale_ns(scale, call_total_ticks(call)), scale_cost_ns(scale, call->cost));
    if (!call_counts(call))
        return;
    if (joined->habits[function] == NULL)
        joined->habits[function] = calloc(1, sizeof *joined->habits[function]);
    if (joined->habits[function] == NULL)
        return;
    habit_count(joined->habits[function], slow.ns);
    habit_keep(joined->habits[function], &slow);
}

static int begin_thread(struct joined *joined, const struct window *window)
{
    const struct levels_wish wish = {.finest = window->coarsest + 1, .coarsest = joined->pyramid->coarsest};
    joined->thread = window->thread;
    if (wish.finest > wish.coarsest)
        return 0;
    joined->levels = levels_create(&wish, keep_coarse_tile, joined);
    return joined->levels != NULL ? 0 : no_memory(joined->error);
}

static void end_thread(struct joined *joined)
{
    levels_destroy(joined->levels);
    joined->levels = NULL;
    wholes_free(&joined->wholes);
    joined->wholes = (struct wholes){0};
    free(joined->rest.open);
    joined->rest = (struct lane_rest){0};
}

static void add_sums(struct pyramid *pyramid, struct window *window)
{
    pyramid->lanes[window->thread].calls = window->sums.calls;
    sums_move(&pyramid->sums, &window->sums);
}

int joined_add(struct joined *joined, struct window *window)
{
    struct lane_state *state = &joined->pyramid->lanes[window->thread];
    if (window->first && begin_thread(joined, window) != 0)
        return -1;
    if (add_levels(joined, window) != 0 || add_slices(joined, window) != 0)
        return -1;
    const struct wholes_receiver receiver = {.whole = remember, .context = joined};
    if (wholes_add(&joined->wholes, &window->parts, &receiver) != 0)
        return no_memory(joined->error);
    if (window->last && add_group(joined) != 0)
        return -1;
    if (joined->pyramid->counted)
        add_sums(joined->pyramid, window);
    free(joined->rest.open);
    joined->rest = window->rest;
    window->rest.open = NULL;
    if (window->deepest > atomic_load(&state->rows))
        atomic_store(&state->rows, window->deepest);
    atomic_store(&state->done_ns, window->until);
    if (window->last)
        end_thread(joined);
    return 0;
}

void joined_free(struct joined *joined)
{
    end_thread(joined);
    bytes_free(&joined->group.bytes);
}
