#include "analyze/durations.h"

#include <stdlib.h>
#include <string.h>

/* Calls of the function that are nested deeper in one another are in the distribution, but not compared. */
enum { MOST_NESTED = 1000, FIRST_ROOM = 16 };

/* One stack's open calls, and what was called, and has ended, below those of the function. */
struct spine {
    uint64_t number; /* of the stack; first: struct numbers finds it here */
    uint32_t *path;  /* by depth: functions */
    uint32_t path_room;
    struct below *below; /* by nesting */
    uint32_t nested, below_room;
    uint32_t deeper; /* nested deeper than that */
};

/* What was recorded of an open call. */
struct told {
    struct kept_value *values;
    uint32_t next; /* where it is free: the next that is */
};

static int no_memory(const struct durations *durations)
{
    return error_set(durations->gathered.error, "out of memory for the durations of a function");
}

static void free_spine(struct spine *spine)
{
    for (uint32_t i = 0; spine != NULL && i < spine->below_room; i++)
        below_free(&spine->below[i]);
    if (spine != NULL) {
        free(spine->below);
        free(spine->path);
    }
    free(spine);
}

static struct spine *spine_of(struct durations *durations, uint64_t stack)
{
    if (durations->current != NULL && durations->current->number == stack)
        return durations->current;
    durations->current = numbers_get(&durations->spines, stack, sizeof *durations->current);
    return durations->current;
}

static int note_path(struct spine *spine, uint32_t depth, uint32_t function)
{
    if (depth >= spine->path_room) {
        uint32_t room = depth < FIRST_ROOM ? FIRST_ROOM : depth < UINT32_MAX / 2 ? 2 * depth : UINT32_MAX;
        uint32_t *wider = realloc(spine->path, room * sizeof *wider);
        if (wider == NULL)
            return -1;
        spine->path = wider;
        spine->path_room = room;
    }
    spine->path[depth] = function;
    return 0;
}

/* One more call of the function is open. */
static int open_below(struct spine *spine)
{
    if (spine->nested == MOST_NESTED) {
        spine->deeper++;
        return 0;
    }
    if (spine->nested == spine->below_room) {
        uint32_t room = spine->below_room != 0 ? 2 * spine->below_room : 2;
        struct below *wider = realloc(spine->below, room * sizeof *wider);
        if (wider == NULL)
            return -1;
        memset(wider + spine->below_room, 0, (room - spine->below_room) * sizeof *wider);
        spine->below = wider;
        spine->below_room = room;
    }
    spine->nested++;
    return 0;
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct durations *durations = context;
    struct spine *spine = spine_of(durations, call->stack);
    uint32_t function = durations->plan->functions[call->function].same;
    (void)parent;
    if (spine == NULL || note_path(spine, call->depth, function) != 0)
        return no_memory(durations);
    if (function == durations->plan->function && open_below(spine) != 0)
        return no_memory(durations);
    return 0;
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static uint32_t take_told(struct durations *durations)
{
    uint32_t tag = durations->told_free;
    if (tag != 0) {
        durations->told_free = durations->told[tag - 1].next;
        return tag;
    }
    if (durations->told_count == durations->told_room) {
        uint32_t room = 2 * durations->told_room + FIRST_ROOM;
        struct told *wider = realloc(durations->told, room * sizeof *wider);
        if (wider == NULL)
            return 0;
        durations->told = wider;
        durations->told_room = room;
    }
    durations->told[durations->told_count] = (struct told){NULL, 0};
    return ++durations->told_count;
}

static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct durations *durations = context;
    bool wanted = call != NULL && durations->plan->slowest != 0 && !event->value->timed &&
                  durations->plan->functions[call->function].same == durations->plan->function;
    if (wanted && call->tag == 0)
        call->tag = take_told(durations);
    if (!wanted)
        return 0;
    return call->tag != 0 && kept_add(&durations->told[call->tag - 1].values, event) == 0 ? 0 : no_memory(durations);
}

/* The ended call's, which are then the caller's. */
static struct kept_value *take_values(struct durations *durations, const struct call *call)
{
    if (call->tag == 0)
        return NULL;
    struct told *told = &durations->told[call->tag - 1];
    struct kept_value *values = told->values;
    *told = (struct told){NULL, durations->told_free};
    durations->told_free = call->tag;
    return values;
}

/* ---- the slowest ------------------------------------------------------------------------------------------------ */

static bool is_slower(const struct slow_call *a, const struct slow_call *b)
{
    if (a->took.ns != b->took.ns)
        return a->took.ns > b->took.ns;
    if (a->start_ticks != b->start_ticks)
        return a->start_ticks < b->start_ticks;
    return a->thread != b->thread ? a->thread < b->thread : a->depth < b->depth;
}

static bool is_wanted(const struct durations *durations, const struct slow_call *call)
{
    size_t most = durations->plan->slowest, count = durations->slow_count;
    return count < most || (most != 0 && is_slower(call, &durations->slowest[count - 1]));
}

static void keep(struct durations *durations, const struct slow_call *call)
{
    if (durations->slow_count < durations->plan->slowest)
        durations->slow_count++;
    else
        kept_free(durations->slowest[durations->slow_count - 1].values);
    size_t at = durations->slow_count - 1;
    for (; at != 0 && is_slower(call, &durations->slowest[at - 1]); at--)
        durations->slowest[at] = durations->slowest[at - 1];
    durations->slowest[at] = *call;
}

/* `outermost`: of a call that came in parts, where those around it stand; else NULL. */
static uint32_t function_at(const struct durations *durations, const struct call *outermost, uint32_t depth)
{
    return outermost != NULL ? durations->plan->functions[outermost[depth].function].same
                             : durations->current->path[depth];
}

static void copy_path(struct slow_call *to, const struct durations *durations, const struct call *outermost)
{
    uint32_t head = to->depth <= SLOW_PATH ? to->depth : SLOW_HEAD, tail = to->depth - head;
    tail = tail < SLOW_PATH - SLOW_HEAD ? tail : SLOW_PATH - SLOW_HEAD;
    for (uint32_t i = 0; i < head; i++)
        to->path[i] = function_at(durations, outermost, i);
    for (uint32_t i = 0; i < tail; i++)
        to->path[head + i] = function_at(durations, outermost, to->depth - tail + i);
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

static struct took took_of(const struct call *call)
{
    return (struct took){call_total_ticks(call), call_total_cost(call), call_slack(call), call->end_run};
}

/* Takes the values where it keeps the call. */
static void note_slow(struct durations *durations, const struct call *call, const struct call *outermost,
                      const struct duration *took, struct kept_value **values)
{
    if (durations->slow_count != 0 && durations->slow_count == durations->plan->slowest &&
        took->ns < durations->slowest[durations->slow_count - 1].took.ns)
        return;
    struct slow_call slow = {
        .took = *took,
        .start_ticks = call->start_ticks,
        .end_ticks = call->end_ticks,
        .thread = durations->gathered.thread,
        .flags = call->flags,
        .depth = call->depth,
    };
    if (!is_wanted(durations, &slow))
        return;
    copy_path(&slow, durations, outermost);
    slow.values = *values;
    *values = NULL;
    keep(durations, &slow);
}

/* Of equally long ones the same stands for both, in whatever order they come. */
static bool is_less(const struct duration *a, const struct duration *b)
{
    if (a->ns != b->ns)
        return a->ns < b->ns;
    return a->bound_ns != b->bound_ns ? a->bound_ns < b->bound_ns : a->cost_ns < b->cost_ns;
}

static void note_extremes(struct durations *durations, uint64_t calls, const struct duration *least,
                          const struct duration *most)
{
    if (calls == 0 || is_less(least, &durations->least))
        durations->least = *least;
    if (calls == 0 || is_less(&durations->most, most))
        durations->most = *most;
}

static int count_call(struct durations *durations, const struct call *call, const struct call *outermost,
                      const struct duration *took, struct kept_value **values)
{
    note_slow(durations, call, outermost, took, values);
    note_extremes(durations, durations->spread.histogram.count, took, took);
    durations->uncertain += took->bound_ns != 0;
    took_add(&durations->own, call_total_ticks(call), call_total_cost(call));
    durations->bins[bin_of(took->ns)].calls++;
    return spread_add(&durations->spread, spread_ticks(call, durations->plan->raw));
}

static struct duration_bin *part_of(struct durations *durations, uint64_t ns)
{
    uint64_t over = durations->plan->over_ns;
    return over == UINT64_MAX ? &durations->bins[bin_of(ns)] : &durations->parts[ns >= over];
}

static int compare_call(struct durations *durations, const struct call *call, const struct below *below, uint64_t ns)
{
    struct duration_bin *part = part_of(durations, ns);
    part->compared++;
    if (below_join(&part->below, below) != 0)
        return -1;
    return below_add(&part->below, CT_NONE, 0, call_self_ticks(call), call_self_cost(call));
}

/* What an ended call has below it becomes part of what the call around it has. */
static int close_below(struct spine *spine)
{
    const struct below *below = &spine->below[--spine->nested];
    return spine->nested != 0 ? below_join(&spine->below[spine->nested - 1], below) : 0;
}

/* The part of a call that is not told as a whole yet. */
static int carry(struct durations *durations, struct spine *spine, struct call *part)
{
    struct carried carried = {.values = take_values(durations, part), .compared = spine->deeper == 0};
    int status = 0;
    if (carried.compared) {
        status = close_below(spine);
        carried.below = spine->below[spine->nested];
        spine->below[spine->nested] = (struct below){0};
    } else {
        spine->deeper--;
    }
    part->tag = status == 0 ? carrier_put(durations->plan->carrier, &carried) : 0;
    if (part->tag != 0)
        return 0;
    below_free(&carried.below);
    kept_free(carried.values);
    return -1;
}

static int end_wanted(struct durations *durations, struct spine *spine, const struct call *call)
{
    const struct took took = took_of(call);
    const struct duration shown = took_duration(&took, durations->plan->scale, durations->plan->raw);
    struct kept_value *values = take_values(durations, call);
    int status = call_counts(call) ? count_call(durations, call, NULL, &shown, &values) : 0;
    kept_free(values);
    if (status != 0)
        return status;
    if (spine->deeper != 0) {
        spine->deeper--;
        return 0;
    }
    status = close_below(spine);
    if (status == 0 && call_counts(call))
        status = compare_call(durations, call, &spine->below[spine->nested], shown.ns);
    below_clear(&spine->below[spine->nested]);
    return status;
}

static int count_whole(struct durations *durations, const struct call *call, struct carried *carried)
{
    const struct took took = took_of(call);
    const struct duration shown = took_duration(&took, durations->plan->scale, durations->plan->raw);
    if (!call_counts(call))
        return 0;
    if (count_call(durations, call, call - call->depth, &shown, &carried->values) != 0)
        return -1;
    return carried->compared ? compare_call(durations, call, &carried->below, shown.ns) : 0;
}

static void whole(void *context, const struct call *call)
{
    struct durations *durations = context;
    struct carried *carried = carrier_take(durations->plan->carrier, call->tag);
    if (carried != NULL && count_whole(durations, call, carried) != 0)
        durations->failed = true;
    carried_free(carried);
}

static int join(void *context, const struct call *call, const struct call *part)
{
    const struct durations *durations = context;
    return carrier_join(durations->plan->carrier, call->tag, part->tag);
}

static void forget_empty(struct durations *durations, struct spine *spine, uint32_t depth)
{
    if (depth != 0 || spine->number == 0)
        return;
    free_spine(numbers_take(&durations->spines, spine->number));
    durations->current = NULL;
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct durations *durations = context;
    struct spine *spine = spine_of(durations, call->stack);
    uint32_t function = durations->plan->functions[call->function].same;
    int status = durations->failed ? -1 : 0;
    (void)parent;
    sums_call(&durations->gathered.sums, call);
    if (status == 0 && function == durations->plan->function)
        status = call_is_part(call) ? carry(durations, spine, call) : end_wanted(durations, spine, call);
    if (status == 0 && call_is_part(call))
        status = call_parts_add(durations->gathered.parts, call);
    if (status == 0 && spine->nested != 0)
        status = below_add(&spine->below[spine->nested - 1], function, call_counts(call), call_self_ticks(call),
                           call_self_cost(call));
    forget_empty(durations, spine, call->depth);
    return status == 0 ? 0 : no_memory(durations);
}

static int note(void *context, const struct tape_event *event)
{
    struct durations *durations = context;
    sums_note(&durations->gathered.sums, event);
    return 0;
}

/* ---- together --------------------------------------------------------------------------------------------------- */

static void *create(const void *plan, struct error *error)
{
    struct durations *durations = calloc(1, sizeof *durations);
    if (durations != NULL) {
        durations->plan = plan;
        durations->slowest = malloc((durations->plan->slowest + 1) * sizeof *durations->slowest);
    }
    if (durations != NULL && durations->slowest != NULL)
        return durations;
    free(durations);
    error_set(error, "out of memory for the durations of a function");
    return NULL;
}

static void destroy(void *sums)
{
    struct durations *durations = sums;
    if (durations == NULL)
        return;
    for (size_t i = 0; i < durations->spines.slots; i++)
        free_spine(durations->spines.table[i]);
    for (size_t i = 0; i < BINS; i++)
        below_free(&durations->bins[i].below);
    for (size_t i = 0; i < 2; i++)
        below_free(&durations->parts[i].below);
    for (size_t i = 0; i < durations->slow_count && durations->slowest != NULL; i++)
        kept_free(durations->slowest[i].values);
    for (uint32_t i = 0; i < durations->told_count; i++)
        kept_free(durations->told[i].values);
    free(durations->told);
    numbers_free(&durations->spines);
    spread_free(&durations->spread);
    free(durations->slowest);
    free(durations);
}

static int add_bin(struct duration_bin *to, const struct duration_bin *from)
{
    to->calls += from->calls;
    to->compared += from->compared;
    return below_join(&to->below, &from->below);
}

static int add(void *to, const void *from, struct error *error)
{
    struct durations *all = to;
    const struct durations *one = from;
    if (one->spread.histogram.count != 0)
        note_extremes(all, all->spread.histogram.count, &one->least, &one->most);
    int status = one->failed ? -1 : spread_join(&all->spread, &one->spread);
    for (size_t i = 0; i < BINS && status == 0; i++)
        status = add_bin(&all->bins[i], &one->bins[i]);
    for (size_t i = 0; i < 2 && status == 0; i++)
        status = add_bin(&all->parts[i], &one->parts[i]);
    took_join(&all->own, &one->own);
    all->uncertain += one->uncertain;
    for (size_t i = 0; i < one->slow_count; i++)
        if (is_wanted(all, &one->slowest[i])) {
            keep(all, &one->slowest[i]);
            one->slowest[i].values = NULL;
        }
    return status == 0 ? 0 : error_set(error, "out of memory for the durations of a function");
}

const struct gather_kind durations_kind = {
    .receiver = {.begin = begin, .end = end, .note = note, .value = value},
    .create = create,
    .destroy = destroy,
    .add = add,
    .takes_parts = true,
    .whole = whole,
    .join = join,
};
