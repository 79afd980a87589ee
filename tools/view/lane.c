#include "view/lane.h"

#include <stdlib.h>

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

static uint64_t ns_at(const struct lane *lane, uint64_t ticks)
{
    return tape_ns(lane->tape, ticks);
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
static int draw(struct lane *lane, uint32_t row, const struct segment *segment)
{
    if ((segment->flags & SEGMENT_RESUMED) != 0 && segment->start == segment->end)
        return 0;
    if (row >= lane->deepest)
        lane->deepest = row + 1;
    return lane->rows != NULL ? levels_segment(lane->rows, row, segment) : 0;
}

/* ---- time passes ------------------------------------------------------------------------------------------------ */

/* What passed since the last event is self time of the innermost open call. */
static int count_time(struct lane *lane, uint64_t now, uint64_t waited, uint64_t spent)
{
    const struct lane_stack *stack = lane->current;
    if (lane->slices == NULL || stack == NULL || stack->depth == 0)
        return 0;
    uint64_t passed = scale_less(now - lane->now, scale_ns(lane->scale, waited - lane->waited));
    return slices_time(lane->slices, stack->frames[stack->depth - 1].node, lane->now, now, passed, spent - lane->spent);
}

static int advance(struct lane *lane, uint64_t now)
{
    const struct lane_stack *stack = lane->current;
    struct levels_open open = {.mark = lane->mark.function != 0 ? &lane->mark : NULL};
    if (stack != NULL) {
        open.open = stack->open;
        open.count = stack->depth;
    }
    if (now > lane->now && lane->rows != NULL && levels_pass(lane->rows, now, &open) != 0)
        return -1;
    lane->now = now;
    return 0;
}

/* A mark goes from where it was told to the next event; a wait, of which the length is known, no farther than that. */
static int end_mark(struct lane *lane, uint64_t now)
{
    if (lane->mark.function == 0)
        return 0;
    if (lane->mark.end > now)
        lane->mark.end = now;
    int status = advance(lane, lane->mark.end);
    if (status == 0)
        status = draw(lane, 0, &lane->mark);
    lane->mark.function = 0;
    return status;
}

static int pass(struct lane *lane, uint64_t now, uint64_t waited, uint64_t spent)
{
    if (count_time(lane, now, waited, spent) != 0 || end_mark(lane, now) != 0)
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

static int enter_stack(struct lane *lane, uint64_t number)
{
    struct lane_stack *left = lane->current;
    if (left != NULL && left->number == number)
        return 0;
    struct lane_stack *stack = stack_of(lane, number);
    if (stack == NULL || (left != NULL && leave_stack(lane, left) != 0))
        return -1;
    lane->current = stack;
    for (uint32_t depth = 0; depth < stack->depth; depth++) {
        stack->open[depth].start = lane->now;
        stack->open[depth].flags |= SEGMENT_RESUMED;
    }
    return 0;
}

/* ---- the receiver ----------------------------------------------------------------------------------------------- */

/* Mostly the same function is called as the last time. -1: no memory. */
static int64_t child_of(struct lane *lane, struct frame *outer, uint32_t function)
{
    if (outer == NULL || function == 0)
        return lane->child(lane->context, outer != NULL ? outer->node : 0, function);
    if (outer->called != function) {
        int64_t node = lane->child(lane->context, outer->node, function);
        if (node < 0)
            return -1;
        outer->called = function;
        outer->called_node = (uint32_t)node;
    }
    return outer->called_node;
}

static int count_call(struct lane *lane, const struct call *call, struct frame *frame, struct frame *outer)
{
    if (lane->slices == NULL)
        return 0;
    int64_t node = child_of(lane, outer, lane->functions[call->function].same);
    if (node < 0)
        return -1;
    frame->node = (uint32_t)node;
    return call_counts(call) ? slices_call(lane->slices, frame->node, lane->now) : 0;
}

static uint32_t begin_flags(const struct call *call)
{
    return (call->flags & shown_flags) | ((call->flags & CALL_EARLIER) != 0 ? SEGMENT_UNSEEN : 0);
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct lane *lane = context;
    (void)parent;
    if (pass(lane, ns_at(lane, call->start_ticks), call->wait_ticks, call->cost) != 0 ||
        enter_stack(lane, call->stack) != 0)
        return -1;
    struct lane_stack *stack = lane->current;
    if (!make_room(stack))
        return -1;
    struct frame *outer = stack->depth != 0 ? &stack->frames[stack->depth - 1] : NULL;
    struct frame *frame = &stack->frames[stack->depth];
    *frame = (struct frame){.waited = call->wait_ticks, .spent = call->cost};
    stack->open[stack->depth++] = (struct segment){
        .start = lane->now, .function = lane->functions[call->function].same, .flags = begin_flags(call)};
    return count_call(lane, call, frame, outer);
}

static int remember(struct lane *lane, const struct call *call, uint64_t start)
{
    struct habit **habit = &lane->habits[lane->functions[call->function].same];
    if (*habit == NULL && (*habit = calloc(1, sizeof **habit)) == NULL)
        return -1;
    struct slow_call slow = {.start = start, .thread = lane->thread, .depth = call->depth};
    slow.ns = scale_less(scale_ns(lane->scale, call_total_ticks(call)), scale_cost_ns(lane->scale, call->cost));
    habit_call(*habit, &slow);
    return 0;
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct lane *lane = context;
    (void)parent;
    struct lane_stack *stack = stack_of(lane, call->stack);
    if (stack == NULL || stack->depth == 0)
        return 0;
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
    if (lane->habits == NULL || !call_counts(call))
        return 0;
    return remember(lane, call, ns_at(lane, call->start_ticks));
}

static int mark(struct lane *lane, enum mark kind, uint64_t ns)
{
    if (end_mark(lane, lane->now) != 0)
        return -1;
    lane->mark = (struct segment){.start = lane->now, .end = lane->now + ns, .function = kind};
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    const uint64_t until_next = UINT64_MAX / 2;
    struct lane *lane = context;
    if (lane->sums != NULL)
        sums_note(lane->sums, event);
    switch (event->kind) {
    case TAPE_STACK:
        return enter_stack(lane, event->n);
    case TAPE_WAIT:
        return mark(lane, MARK_WAIT, scale_ns(lane->scale, event->n) % until_next);
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

static void free_stacks(struct lane *lane)
{
    for (size_t i = 0; i < lane->stacks.slots; i++)
        free_stack(lane->stacks.table[i]);
    numbers_free(&lane->stacks);
}

int lane_read(struct lane *lane, const struct filter_choice *choice, const struct calls_watch *watch,
              struct error *error)
{
    const struct calls_receiver receiver = {.begin = begin, .end = end, .note = note, .context = lane};
    struct tape_times times = {0};
    struct filter_left left = {0};
    uint32_t count;
    lane->functions = tape_functions(lane->tape, &count);
    lane->scale = scale_of(lane->tape);
    error_set(error, "out of memory for the calls of a thread");
    int status = calls_of_thread(lane->tape, lane->thread, choice, &receiver, watch, &times, &left, error);
    if (status == 0)
        status = end_mark(lane, lane->now);
    if (status == 0 && lane->rows != NULL)
        status = levels_finish(lane->rows);
    if (status == 0 && lane->slices != NULL)
        status = slices_finish(lane->slices);
    if (lane->sums != NULL) {
        tape_times_add(&lane->sums->times, &times);
        filter_left_sum(&lane->sums->left, &left);
    }
    free_stacks(lane);
    return status;
}
