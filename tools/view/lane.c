#include "view/lane.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/moment.h"
#include "calls/pairing.h"

enum { FIRST_ROOM = 32 };

/* An open call. */
struct frame {
    uint64_t waited, spent; /* the thread's when it began */
    uint32_t node;
    uint32_t called, called_node; /* the function that was called last from it, and the node of that; 0: none */
};

struct lane_stack {
    uint64_t number;      /* first: struct numbers finds it here */
    struct segment *open; /* what is drawn of the frames */
    struct frame *frames;
    uint32_t depth, room;
};

static const uint32_t shown_flags = ~(uint32_t)(CALL_EARLIER | CALL_LATER | CALL_CONTINUED | CALL_CONTINUES);

static inline uint64_t ns_at(struct lane *lane, uint64_t ticks)
{
    return tape_near_ns(lane->tape, &lane->line, ticks);
}

/* As scale_ns, but quick, and sometimes off by one. */
static inline uint64_t about_ns(const struct lane *lane, uint64_t ticks)
{
    return (uint64_t)(((unsigned __int128)ticks * lane->ns_a_tick + (UINT64_C(1) << 31)) >> 32);
}

static struct lane_stack *stack_of(struct lane *lane, uint64_t number)
{
    if (lane->current != NULL && lane->current->number == number)
        return lane->current;
    return numbers_get(&lane->stacks, number, sizeof(struct lane_stack));
}

static void free_stack(struct lane_stack *stack)
{
    if (stack == NULL)
        return;
    free(stack->open);
    free(stack->frames);
    free(stack);
}

static bool make_room(struct lane_stack *stack)
{
    if (stack->depth < stack->room)
        return true;
    uint32_t room = stack->room + stack->room / 2 + FIRST_ROOM;
    struct segment *open = realloc(stack->open, room * sizeof *open);
    if (open != NULL)
        stack->open = open;
    struct frame *frames = open != NULL ? realloc(stack->frames, room * sizeof *frames) : NULL;
    if (frames == NULL)
        return false;
    stack->frames = frames;
    stack->room = room;
    return true;
}

/* What a stack held when it was left is not drawn once more where it only ends. */
static inline int draw(struct lane *lane, uint32_t row, const struct segment *segment)
{
    if ((segment->flags & SEGMENT_RESUMED) != 0 && segment->start == segment->end)
        return 0;
    if (row >= lane->deepest)
        lane->deepest = row + 1;
    return lane->rows != NULL ? levels_segment(lane->rows, row, segment) : 0;
}

/* ---- time passes ------------------------------------------------------------------------------------------------ */

/* What passed since the last event is self time of the innermost open call. */
static inline int count_time(struct lane *lane, uint64_t now, uint64_t waited, uint64_t spent)
{
    const struct lane_stack *stack = lane->current;
    uint64_t passed = now - lane->now, cost = spent - lane->spent;
    if (lane->slices == NULL || stack == NULL || stack->depth == 0)
        return 0;
    if (waited != lane->waited)
        passed = scale_less(passed, scale_ns(lane->scale, waited - lane->waited));
    if ((passed | cost) == 0)
        return 0;
    return slices_time(lane->slices, stack->frames[stack->depth - 1].node, lane->now, now, passed, cost);
}

static int end_tiles(struct lane *lane, uint64_t now)
{
    const struct lane_stack *stack = lane->current;
    struct levels_open open = {.mark = lane->mark.function != 0 ? &lane->mark : NULL};
    if (stack != NULL) {
        open.open = stack->open;
        open.count = stack->depth;
    }
    int status = levels_pass(lane->rows, now, &open);
    lane->due = levels_due(lane->rows);
    return status;
}

static inline int advance(struct lane *lane, uint64_t now)
{
    if (now >= lane->due && end_tiles(lane, now) != 0)
        return -1;
    lane->now = now;
    return 0;
}

/* A mark goes from where it was told to the next event; a wait, of which the length is known, no farther than that. */
static int end_mark(struct lane *lane, uint64_t now)
{
    if (lane->mark.end > now) {
        if (now == lane->until)
            return 0;
        lane->mark.end = now;
    }
    int status = advance(lane, lane->mark.end);
    if (status == 0)
        status = draw(lane, 0, &lane->mark);
    lane->mark.function = 0;
    return status;
}

/* Of a call that filters let through late, others of other stacks may have been told that began later. */
static inline int pass(struct lane *lane, uint64_t now, uint64_t waited, uint64_t spent)
{
    if (now < lane->now)
        return 0;
    if (count_time(lane, now, waited, spent) != 0 || (lane->mark.function != 0 && end_mark(lane, now) != 0))
        return -1;
    lane->waited = waited;
    lane->spent = spent;
    return advance(lane, now);
}

/* ---- stacks ----------------------------------------------------------------------------------------------------- */

/* The stack's calls are drawn up to here; they go on when it is current again. */
static int leave_stack(struct lane *lane, struct lane_stack *stack)
{
    for (uint32_t depth = 0; depth < stack->depth; depth++) {
        struct segment segment = stack->open[depth];
        segment.end = lane->now;
        segment.flags |= SEGMENT_LEFT;
        if (draw(lane, depth + 1, &segment) != 0)
            return -1;
    }
    if (stack->depth == 0)
        free_stack(numbers_take(&lane->stacks, stack->number));
    return 0;
}

static int change_stack(struct lane *lane, uint64_t number)
{
    struct lane_stack *left = lane->current;
    struct lane_stack *stack = stack_of(lane, number);
    if (stack == NULL || (left != NULL && leave_stack(lane, left) != 0))
        return -1;
    lane->current = stack;
    for (uint32_t depth = 0; depth < stack->depth; depth++) {
        stack->open[depth].start = lane->now;
        stack->open[depth].flags = (stack->open[depth].flags & ~(uint32_t)SEGMENT_UNSEEN) | SEGMENT_RESUMED;
    }
    return 0;
}

static inline int enter_stack(struct lane *lane, uint64_t number)
{
    return lane->current != NULL && lane->current->number == number ? 0 : change_stack(lane, number);
}

/* ---- where the reading begins and ends -------------------------------------------------------------------------- */

/* A call that is open where it begins. */
static struct frame *push_earlier(struct lane *lane, const struct call *call)
{
    struct lane_stack *stack = stack_of(lane, call->stack);
    if (stack == NULL || !make_room(stack))
        return NULL;
    lane->current = stack;
    lane->waited = call->wait_ticks;
    lane->spent = call->cost;
    stack->open[stack->depth] = (struct segment){
        .start = lane->now != 0 ? lane->now - 1 : 0,
        .function = lane->functions[call->function].same,
        .flags = (call->flags & shown_flags) | SEGMENT_UNSEEN,
    };
    return &stack->frames[stack->depth++];
}

/* The first that ends because the reading does: all that is open is told before any of it is gone. */
static int stop(struct lane *lane, uint64_t waited, uint64_t spent)
{
    struct lane_rest *rest = &lane->rest;
    if (pass(lane, lane->until, waited, spent) != 0)
        return -1;
    lane->stopped = true;
    rest->mark = lane->mark;
    if (lane->current == NULL || lane->current->depth == 0)
        return 0;
    rest->count = lane->current->depth;
    rest->open = malloc(rest->count * sizeof *rest->open);
    if (rest->open == NULL)
        return -1;
    memcpy(rest->open, lane->current->open, rest->count * sizeof *rest->open);
    return 0;
}

/* It ends because the reading does; also where a jump ended it, of which the time is told by the next event. */
static inline bool goes_on(const struct lane *lane, const struct call *call)
{
    return call->end_ticks >= lane->until_ticks;
}

static int keep_part(struct lane *lane, const struct call *call)
{
    struct call part = *call;
    if (lane->parts == NULL)
        return 0;
    part.flags &= ~(uint32_t)(CALL_EARLIER | CALL_LATER);
    part.flags |= (call->flags & CALL_EARLIER) != 0 ? CALL_CONTINUED : 0;
    if (goes_on(lane, call))
        part.flags = (part.flags & ~(uint32_t)CALL_JUMPED) | CALL_CONTINUES;
    return call_parts_add(lane->parts, &part);
}

/* ---- the receiver ----------------------------------------------------------------------------------------------- */

/* Mostly the same function is called as the last time. UINT32_MAX: no memory. */
static inline uint32_t child_of(struct lane *lane, struct frame *outer, uint32_t function)
{
    if (outer == NULL || function == 0)
        return nodes_child(&lane->nodes, outer != NULL ? outer->node : 0, function);
    if (outer->called != function) {
        uint32_t node = nodes_child(&lane->nodes, outer->node, function);
        if (node == UINT32_MAX)
            return node;
        outer->called = function;
        outer->called_node = node;
    }
    return outer->called_node;
}

static inline int count_call(struct lane *lane, const struct call *call, struct frame *frame, struct frame *outer)
{
    *frame = (struct frame){.waited = call->wait_ticks, .spent = call->cost};
    if (lane->slices == NULL)
        return 0;
    frame->node = child_of(lane, outer, lane->functions[call->function].same);
    if (frame->node == UINT32_MAX)
        return -1;
    return call_counts(call) ? slices_call(lane->slices, frame->node, lane->now) : 0;
}

static int begin_earlier(struct lane *lane, const struct call *call)
{
    struct frame *frame = push_earlier(lane, call);
    if (frame == NULL)
        return -1;
    return count_call(lane, call, frame, lane->current->depth > 1 ? frame - 1 : NULL);
}

static inline __attribute__((always_inline)) int begin(void *context, struct call *call, const struct call *parent)
{
    struct lane *lane = context;
    (void)parent;
    if ((call->flags & CALL_EARLIER) != 0 && lane->now == lane->from)
        return begin_earlier(lane, call);
    if (pass(lane, ns_at(lane, call->start_ticks), call->wait_ticks, call->cost) != 0 ||
        enter_stack(lane, call->stack) != 0)
        return -1;
    struct lane_stack *stack = lane->current;
    if (!make_room(stack))
        return -1;
    struct frame *outer = stack->depth != 0 ? &stack->frames[stack->depth - 1] : NULL;
    struct frame *frame = &stack->frames[stack->depth];
    stack->open[stack->depth++] = (struct segment){
        .start = lane->now, .function = lane->functions[call->function].same, .flags = call->flags & shown_flags};
    return count_call(lane, call, frame, outer);
}

static int remember_slow(struct lane *lane, struct habit *habit, const struct call *call)
{
    struct slow_call slow = {
        .start = tape_ns(lane->tape, call->start_ticks), .thread = lane->thread, .depth = call->depth};
    slow.ns = scale_less(scale_ns(lane->scale, call_total_ticks(call)), scale_cost_ns(lane->scale, call->cost));
    habit_keep(habit, &slow);
    return 0;
}

static inline int remember(struct lane *lane, const struct call *call)
{
    struct habit **habit = &lane->habits[lane->functions[call->function].same];
    if (*habit == NULL && (*habit = calloc(1, sizeof **habit)) == NULL)
        return -1;
    uint64_t ns = scale_less(about_ns(lane, call_total_ticks(call)), about_ns(lane, (call->cost + 8) / 16));
    habit_count(*habit, ns);
    return habit_wants(*habit, ns + 2) ? remember_slow(lane, *habit, call) : 0;
}

static int end_later(struct lane *lane, struct lane_stack *stack, const struct call *call)
{
    const struct frame *frame = &stack->frames[stack->depth - 1];
    if (!lane->stopped && stop(lane, frame->waited + call->wait_ticks, frame->spent + call->cost) != 0)
        return -1;
    stack->depth--;
    return keep_part(lane, call);
}

static inline __attribute__((always_inline)) int end(void *context, struct call *call, const struct call *parent)
{
    struct lane *lane = context;
    (void)parent;
    struct lane_stack *stack = stack_of(lane, call->stack);
    if (stack == NULL || stack->depth == 0)
        return 0;
    if (goes_on(lane, call))
        return end_later(lane, stack, call);
    const struct frame *frame = &stack->frames[stack->depth - 1];
    if (pass(lane, ns_at(lane, call->end_ticks), frame->waited + call->wait_ticks, frame->spent + call->cost) != 0 ||
        enter_stack(lane, call->stack) != 0)
        return -1;
    struct segment segment = stack->open[--stack->depth];
    segment.end = lane->now;
    segment.flags |= call->flags & shown_flags;
    if (draw(lane, stack->depth + 1, &segment) != 0)
        return -1;
    if (lane->sums != NULL)
        sums_call(lane->sums, call);
    if ((call->flags & CALL_EARLIER) != 0)
        return keep_part(lane, call);
    return lane->habits != NULL && call_counts(call) ? remember(lane, call) : 0;
}

static const struct tape_event *plain(struct calls *calls, const struct tape_event *event,
                                      const struct tape_event *last, int *status)
{
    return pair_plain(calls, begin, end, NULL, event, last, status);
}

static int mark(struct lane *lane, enum mark kind, uint64_t ns)
{
    if (lane->mark.function != 0 && end_mark(lane, lane->now) != 0)
        return -1;
    lane->mark = (struct segment){.start = lane->now, .end = lane->now + ns, .function = kind};
    return 0;
}

static enum mark wait_mark(uint32_t why)
{
    return why == TAPE_PAUSED ? MARK_PAUSED : why == TAPE_PREEMPTED ? MARK_PREEMPTED : MARK_WAIT;
}

static int show_note(struct lane *lane, const struct tape_event *event)
{
    const uint64_t until_next = UINT64_MAX / 2;
    switch (event->kind) {
    case TAPE_STACK:
        return enter_stack(lane, event->n);
    case TAPE_WAIT:
        return mark(lane, wait_mark(event->function), scale_ns(lane->scale, event->n) % until_next);
    case TAPE_LOST:
        return mark(lane, MARK_LOST, until_next);
    case TAPE_GAP:
        return mark(lane, MARK_GAP, until_next);
    case TAPE_OVERWRITTEN:
        return mark(lane, MARK_OVERWRITTEN, until_next);
    default:
        return 0;
    }
}

static int note(void *context, const struct tape_event *event)
{
    struct lane *lane = context;
    if (lane->sums != NULL)
        sums_note(lane->sums, event);
    return show_note(lane, event);
}

/* What was told just before goes on. */
static int started(void *context, const struct tape_event *before, uint64_t stack)
{
    struct lane *lane = context;
    lane->current = stack_of(lane, stack);
    if (lane->current == NULL)
        return -1;
    if (before->kind == TAPE_STACK)
        return 0;
    if (show_note(lane, before) != 0)
        return -1;
    lane->mark.end -= lane->mark.start;
    lane->mark.start = ns_at(lane, before->ticks);
    lane->mark.end += lane->mark.start;
    if (lane->mark.end <= lane->now)
        lane->mark.function = 0;
    return 0;
}

static void free_stacks(struct lane *lane)
{
    for (size_t i = 0; i < lane->stacks.slots; i++)
        free_stack(lane->stacks.table[i]);
    numbers_free(&lane->stacks);
}

static void set_up(struct lane *lane)
{
    uint32_t count;
    lane->functions = tape_functions(lane->tape, &count);
    lane->scale = scale_of(lane->tape);
    lane->ns_a_tick = (uint64_t)(((unsigned __int128)lane->scale.ns << 32) / lane->scale.ticks);
    lane->now = lane->from;
    lane->due = lane->rows != NULL ? levels_due(lane->rows) : UINT64_MAX;
}

static int finish(struct lane *lane)
{
    int status = 0;
    if (lane->until != UINT64_MAX)
        status = lane->stopped ? 0 : stop(lane, lane->waited, lane->spent);
    else if (lane->mark.function != 0)
        status = end_mark(lane, lane->now);
    if (status == 0 && lane->rows != NULL && lane->until == UINT64_MAX)
        status = levels_finish(lane->rows);
    return status == 0 && lane->slices != NULL ? slices_finish(lane->slices) : status;
}

static int read_stretch(struct lane *lane, const struct calls_receiver *receiver, const struct calls_watch *watch,
                        struct error *error)
{
    const struct filter_choice choice = {.depth = UINT32_MAX,
                                         .from_ticks = moment_ticks(lane->tape, lane->from),
                                         .to_ticks = moment_ticks(lane->tape, lane->until)};
    lane->until_ticks = choice.to_ticks;
    return starts_read(lane->starts, lane->thread, &choice, receiver, watch, error);
}

static int read_whole(struct lane *lane, const struct calls_receiver *receiver, const struct calls_watch *watch,
                      struct error *error)
{
    lane->until_ticks = UINT64_MAX;
    return calls_of_thread(lane->tape, lane->thread, lane->choice, receiver, watch, &lane->sums->times,
                           &lane->sums->left, error);
}

int lane_read(struct lane *lane, const struct calls_watch *watch, struct error *error)
{
    const struct calls_receiver receiver = {
        .begin = begin, .end = end, .note = note, .started = started, .plain = plain, .context = lane};
    set_up(lane);
    error_set(error, "out of memory for the calls of a thread");
    int status =
        lane->sums != NULL ? read_whole(lane, &receiver, watch, error) : read_stretch(lane, &receiver, watch, error);
    if (status == 0)
        status = finish(lane);
    free_stacks(lane);
    return status;
}
