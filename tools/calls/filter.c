#include "calls/filter.h"

#include <stdlib.h>

#include "base/numbers.h"
#include "calls/held.h"

enum { FIRST_ROOM = 16, NO_FRAME = -1 };

/* An open call. */
struct frame {
    struct call call;                       /* as the receiver sees it */
    uint64_t absorbed_ticks, absorbed_cost; /* selfs of calls left out between it and what is shown below it */
    uint64_t held_run, held_slack;          /* of gaps in its self time, until it has begun */
    int64_t outer;                          /* the frame of the nearest caller that may be shown, or NO_FRAME */
    uint64_t place;                         /* where its begin belongs, however late it is told */
    struct held_list held;                  /* what was told in it, until it has begun */
    bool wanted;                            /* shown, unless it is too short */
    bool begun;                             /* the receiver knows of it */
    bool rooted;                            /* a root, or below one */
};

struct frames {
    uint64_t number; /* of the stack; first: struct numbers finds it here */
    struct frame *frames;
    uint32_t depth, room;
    bool waits;                    /* one that may be shown has not begun, nor has any in it */
    uint32_t waiting;              /* the outermost such */
    uint64_t place;                /* its */
    struct frames *before, *after; /* of those that wait, by place */
};

struct filter {
    struct filter_choice choice;
    const struct calls_receiver *receiver;
    struct calls_receiver own; /* what `calls` tells: the receiver's, where all calls are shown */
    struct calls *calls;
    uint32_t thread;
    bool plain;   /* all calls are shown */
    bool started; /* the range has begun */
    bool late;    /* it had, before the piece that was opened */
    struct numbers stacks;
    struct frames *current;   /* the stack of the last call, or NULL */
    struct tape_event before; /* the last one before the range */
    struct filter_left left;
    uint64_t told;               /* begins, ends, notes and values so far */
    uint64_t late_place;         /* of what is told late; 0: nothing is */
    uint32_t late_depth;         /* calls around it */
    struct frames *first, *last; /* those that wait */
    struct error *error;         /* of the feeding that goes on */
};

static const struct filter_choice everything = {.depth = UINT32_MAX, .to_ticks = UINT64_MAX};
static const struct calls_receiver nobody;

uint32_t filter_threads(const struct filter_choice *choice, const struct tape *tape)
{
    uint32_t count;
    tape_threads(tape, &count);
    return choice != NULL ? choice->thread_count : count;
}

uint32_t filter_thread(const struct filter_choice *choice, uint32_t i)
{
    return choice != NULL ? choice->threads[i] : i;
}

/* ---- open calls ------------------------------------------------------------------------------------------------- */

static struct frames *frames_of(struct filter *filter, uint64_t stack)
{
    if (filter->current != NULL && filter->current->number == stack)
        return filter->current;
    filter->current = numbers_get(&filter->stacks, stack, sizeof *filter->current);
    return filter->current;
}

static void free_frames(struct frames *frames)
{
    for (uint32_t i = 0; frames != NULL && i < frames->depth; i++)
        held_free_all(&frames->frames[i].held);
    if (frames != NULL)
        free(frames->frames);
    free(frames);
}

/* Stacks come and go, but for the first. */
static void forget_empty(struct filter *filter, struct frames *frames)
{
    if (frames->depth != 0 || frames->number == 0)
        return;
    free_frames(numbers_take(&filter->stacks, frames->number));
    filter->current = NULL;
}

static struct frame *push(struct frames *frames)
{
    if (frames->depth == frames->room) {
        uint32_t room = frames->room != 0 ? frames->room + frames->room / 2 : FIRST_ROOM;
        struct frame *wider = room > frames->room ? realloc(frames->frames, room * sizeof *wider) : NULL;
        if (wider == NULL)
            return NULL;
        frames->frames = wider;
        frames->room = room;
    }
    return &frames->frames[frames->depth++];
}

static struct frame *outer_of(const struct frames *frames, const struct frame *frame)
{
    return frame->outer != NO_FRAME ? &frames->frames[frame->outer] : NULL;
}

/* The outermost call of the stack that may be shown and has not begun. */
static void start_waiting(struct filter *filter, struct frames *frames, const struct frame *frame)
{
    if (frames->waits)
        return;
    frames->waits = true;
    frames->waiting = (uint32_t)(frame - frames->frames);
    frames->place = frame->place;
    frames->before = filter->last;
    frames->after = NULL;
    *(filter->last != NULL ? &filter->last->after : &filter->first) = frames;
    filter->last = frames;
}

/* Its fate is known, and with it that of all in it. */
static void stop_waiting(struct filter *filter, struct frames *frames)
{
    *(frames->before != NULL ? &frames->before->after : &filter->first) = frames->after;
    *(frames->after != NULL ? &frames->after->before : &filter->last) = frames->before;
    frames->waits = false;
}

/* ---- showing ---------------------------------------------------------------------------------------------------- */

/* A gap in the self time of the frame's call, before an event that the receiver is not told of. */
static void tell_gap(struct filter *filter, struct frame *frame, uint64_t run, uint64_t slack)
{
    if (frame == NULL || slack == 0)
        return;
    if (!frame->begun) {
        frame->held_slack += frame->held_run != run ? slack : 0;
        frame->held_run = run;
    } else if (filter->receiver->gap != NULL) {
        filter->receiver->gap(filter->receiver->context, &frame->call, run, slack);
    }
}

static int tell_note(const struct filter *filter, const struct tape_event *event)
{
    return filter->receiver->note != NULL ? filter->receiver->note(filter->receiver->context, event) : 0;
}

static int tell_value(struct filter *filter, const struct tape_event *event, struct frame *frame)
{
    if (filter->receiver->value == NULL)
        return 0;
    return filter->receiver->value(filter->receiver->context, event, frame != NULL ? &frame->call : NULL);
}

/* What waited for the call `frame`; NULL: for one that is left out and in none. */
static int tell_late(struct filter *filter, const struct held *held, struct frame *frame)
{
    filter->late_place = held->place;
    filter->late_depth = frame != NULL ? frame->call.depth + 1 : 0;
    int status = held->value != NULL ? tell_value(filter, &held->event, frame) : tell_note(filter, &held->event);
    filter->late_place = 0;
    return status;
}

static int tell_held(struct filter *filter, struct frame *frame)
{
    struct held *held;
    int status = 0;
    while (status == 0 && (held = held_take(&frame->held)) != NULL) {
        status = tell_late(filter, held, frame);
        held_free(held);
    }
    return status;
}

static int begin_frame(struct filter *filter, struct frames *frames, struct frame *frame)
{
    const struct frame *outer = outer_of(frames, frame);
    int status = 0;
    frame->begun = true;
    filter->late_place = frame->place;
    if (filter->receiver->begin != NULL)
        status = filter->receiver->begin(filter->receiver->context, &frame->call, outer != NULL ? &outer->call : NULL);
    filter->late_place = 0;
    if (status != 0)
        return -1;
    tell_gap(filter, frame, frame->held_run, frame->held_slack);
    return tell_held(filter, frame);
}

/* The receiver learns of the call, and before of the callers that it does not know yet. */
static int show_frame(struct filter *filter, struct frames *frames, struct frame *frame)
{
    struct frame *first = frame;
    for (struct frame *outer = frame; outer != NULL && !outer->begun; outer = outer_of(frames, outer))
        first = outer;
    int status = 0;
    for (; first <= frame && status == 0; first++)
        if (first->wanted && !first->begun)
            status = begin_frame(filter, frames, first);
    return status;
}

static bool is_wanted(const struct filter *filter, const struct frame *frame)
{
    const struct filter_choice *choice = &filter->choice;
    if (choice->functions != NULL && (choice->functions[frame->call.function] & FILTER_SHOWN) == 0)
        return false;
    if (choice->marked != NULL && !call_marks_has(choice->marked, filter->thread, frame->call.number))
        return false;
    return (!choice->roots || frame->rooted) && frame->call.depth < choice->depth;
}

static bool is_rooted(const struct filter *filter, const struct call *call, const struct frame *parent)
{
    return filter->choice.roots &&
           ((parent != NULL && parent->rooted) || (filter->choice.functions[call->function] & FILTER_ROOT) != 0);
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct filter *filter = context;
    struct frames *frames = frames_of(filter, call->stack);
    struct frame *frame = frames != NULL ? push(frames) : NULL;
    if (frame == NULL)
        return error_set(filter->error, "out of memory for open calls");
    const struct frame *above = parent != NULL ? frame - 1 : NULL;
    *frame = (struct frame){.call = *call, .outer = NO_FRAME, .rooted = is_rooted(filter, call, above)};
    frame->place = ++filter->told;
    if (above != NULL)
        frame->outer = above->wanted ? above - frames->frames : above->outer;
    struct frame *outer = outer_of(frames, frame);
    frame->call.depth = outer != NULL ? outer->call.depth + 1 : 0;
    frame->wanted = is_wanted(filter, frame);
    if (!frame->wanted || filter->choice.least_ticks != 0)
        tell_gap(filter, outer, call->start_run, call->gap_slack);
    if (frame->wanted && filter->choice.least_ticks != 0)
        start_waiting(filter, frames, frame);
    return frame->wanted && filter->choice.least_ticks == 0 ? begin_frame(filter, frames, frame) : 0;
}

static bool lasted(const struct filter_choice *choice, const struct call *call)
{
    uint64_t cost = choice->raw ? 0 : call_total_cost(call) / 16, ticks = call_total_ticks(call);
    return ticks >= cost && ticks - cost >= choice->least_ticks;
}

static int end_shown(struct filter *filter, struct frames *frames, struct frame *frame, const struct call *call)
{
    struct frame *outer = outer_of(frames, frame);
    struct call shown = *call;
    if (!frame->begun && show_frame(filter, frames, frame) != 0)
        return -1;
    shown.depth = frame->call.depth;
    shown.tag = frame->call.tag;
    shown.child_ticks -= frame->absorbed_ticks;
    shown.child_cost -= frame->absorbed_cost;
    if (filter->receiver->end == NULL)
        return 0;
    return filter->receiver->end(filter->receiver->context, &shown, outer != NULL ? &outer->call : NULL);
}

static int hold(struct filter *filter, const struct tape_event *event, struct frame *frame)
{
    return held_add(&frame->held, event, filter->told) == 0 ? 0
                                                            : error_set(filter->error, "out of memory for what waits");
}

/* Values of a call that is left out are too; what is of the thread is told with the nearest caller shown, notes also
 * where there is none. */
static int hand_on_one(struct filter *filter, struct held *held, struct frame *outer)
{
    bool goes_on = held->value == NULL || (held->value->value.timed && outer != NULL);
    if (goes_on && outer != NULL && !outer->begun) {
        held_append(&outer->held, held);
        return 0;
    }
    int status = goes_on ? tell_late(filter, held, outer) : 0;
    held_free(held);
    return status;
}

static int hand_on(struct filter *filter, struct frame *frame, struct frame *outer)
{
    struct held *held;
    int status = 0;
    while (status == 0 && (held = held_take(&frame->held)) != NULL)
        status = hand_on_one(filter, held, outer);
    return status;
}

static int leave_out(struct filter *filter, struct frames *frames, struct frame *frame, const struct call *call)
{
    struct frame *outer = outer_of(frames, frame);
    uint64_t *ticks = outer != NULL ? &outer->absorbed_ticks : &filter->left.ticks;
    uint64_t *cost = outer != NULL ? &outer->absorbed_cost : &filter->left.cost;
    *ticks += call_self_ticks(call) + frame->absorbed_ticks;
    *cost += call_self_cost(call) + frame->absorbed_cost;
    filter->left.calls += call_counts(call);
    tell_gap(filter, outer, call->end_run, call->gap_slack);
    tell_gap(filter, outer, frame->held_run, frame->held_slack);
    return hand_on(filter, frame, outer);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct filter *filter = context;
    struct frames *frames = frames_of(filter, call->stack);
    struct frame *frame = &frames->frames[frames->depth - 1];
    int status = 0;
    (void)parent;
    filter->told++;
    if (frame->wanted && (frame->begun || lasted(&filter->choice, call)))
        status = end_shown(filter, frames, frame, call);
    else
        status = leave_out(filter, frames, frame, call);
    if (frames->waits && (frame->begun || frames->waiting == frames->depth - 1))
        stop_waiting(filter, frames);
    frames->depth--;
    forget_empty(filter, frames);
    return status;
}

/* The innermost call on the current stack that may be shown. */
static struct frame *innermost(const struct filter *filter)
{
    const struct frames *frames = numbers_find(&filter->stacks, calls_stack(filter->calls));
    if (frames == NULL || frames->depth == 0)
        return NULL;
    struct frame *frame = &frames->frames[frames->depth - 1];
    return frame->wanted ? frame : outer_of(frames, frame);
}

static int note(void *context, const struct tape_event *event)
{
    struct filter *filter = context;
    struct frame *frame = filter->receiver->ordered ? innermost(filter) : NULL;
    filter->told++;
    return frame != NULL && !frame->begun ? hold(filter, event, frame) : tell_note(filter, event);
}

static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct filter *filter = context;
    filter->told++;
    if (call == NULL)
        return filter->choice.roots ? 0 : tell_value(filter, event, NULL);
    struct frames *frames = frames_of(filter, call->stack);
    struct frame *frame = &frames->frames[call->depth];
    if (!frame->wanted && event->value->timed)
        frame = outer_of(frames, frame);
    if (frame == NULL || !frame->wanted)
        return 0;
    return frame->begun ? tell_value(filter, event, frame) : hold(filter, event, frame);
}

/* ---- feeding ---------------------------------------------------------------------------------------------------- */

struct filter *filter_create(const struct filter_choice *choice, const struct calls_receiver *receiver,
                             struct error *error)
{
    struct filter *filter = calloc(1, sizeof *filter);
    if (filter == NULL) {
        error_set(error, "out of memory for a filter");
        return NULL;
    }
    filter->choice = choice != NULL ? *choice : everything;
    choice = &filter->choice;
    filter->receiver = receiver;
    filter->error = error;
    filter->plain = choice->functions == NULL && !choice->roots && choice->depth == UINT32_MAX &&
                    choice->least_ticks == 0 && choice->marked == NULL;
    filter->own =
        filter->plain
            ? *receiver
            : (struct calls_receiver){.begin = begin, .end = end, .note = note, .context = filter, .value = value};
    filter->started = choice->from_ticks == 0;
    filter->calls = calls_create(filter->started ? &filter->own : &nobody, error);
    if (filter->calls != NULL)
        return filter;
    free(filter);
    return NULL;
}

void filter_destroy(struct filter *filter)
{
    if (filter == NULL)
        return;
    for (size_t i = 0; i < filter->stacks.slots; i++)
        free_frames(filter->stacks.table[i]);
    numbers_free(&filter->stacks);
    calls_destroy(filter->calls);
    free(filter);
}

void filter_enter(struct filter *filter, uint32_t thread)
{
    filter->thread = thread;
}

static int start(struct filter *filter)
{
    const struct calls_receiver *receiver = filter->receiver;
    filter->started = true;
    if (calls_restart(filter->calls, &filter->own, filter->choice.from_ticks) != 0)
        return -1;
    return receiver->started != NULL ? receiver->started(receiver->context, &filter->before, calls_stack(filter->calls))
                                     : 0;
}

int filter_feed(struct filter *filter, const struct tape_event *event, struct error *error)
{
    filter->error = error;
    if (event->ticks >= filter->choice.to_ticks)
        return 1;
    if (!filter->started && event->ticks >= filter->choice.from_ticks && start(filter) != 0)
        return -1;
    if (!filter->started)
        filter->before = *event;
    return calls_feed(filter->calls, event, error);
}

int filter_finish(struct filter *filter, uint64_t end_ticks)
{
    bool stops = filter->choice.to_ticks <= end_ticks;
    uint64_t ticks = stops ? filter->choice.to_ticks : end_ticks;
    if (!filter->started && ticks <= filter->choice.from_ticks)
        return 0;
    if (!filter->started && start(filter) != 0)
        return -1;
    return stops ? calls_stop(filter->calls, ticks) : calls_finish(filter->calls, ticks);
}

uint32_t filter_depth(const struct filter *filter)
{
    if (filter->late_place != 0)
        return filter->late_depth;
    if (filter->plain || !filter->started)
        return calls_depth(filter->calls);
    const struct frame *frame = innermost(filter);
    return frame != NULL ? frame->call.depth + 1 : 0;
}

uint64_t filter_place(const struct filter *filter)
{
    return filter->late_place != 0 ? filter->late_place : filter->told;
}

uint64_t filter_settled(const struct filter *filter)
{
    return filter->first != NULL ? filter->first->place : UINT64_MAX;
}

void filter_left_add(struct filter_left *to, const struct filter *filter)
{
    filter_left_sum(to, &filter->left);
}

/* Whether a call is shown hangs on when it began. */
static bool filter_allows_pieces_from(const struct filter_choice *choice)
{
    return choice->least_ticks == 0;
}

bool filter_allows_pieces(const struct filter_choice *choice)
{
    return choice == NULL || (choice->least_ticks == 0 && choice->marked == NULL);
}

struct tape_range filter_range(const struct filter_choice *choice)
{
    choice = choice != NULL ? choice : &everything;
    return (struct tape_range){choice->from_ticks, choice->to_ticks};
}

struct calls *filter_calls(struct filter *filter)
{
    return filter->calls;
}

bool filter_begins_late(const struct filter *filter)
{
    return filter->late;
}

/* What is read before the piece's own events is told to nobody. */
static int skip_to(struct filter *filter, struct tape_cursor *cursor, const struct tape_piece *piece)
{
    const struct tape_event *events;
    size_t count = 0;
    int more = 1, status = calls_open(filter->calls, piece, filter->error);
    bool found = false;
    while (status == 0 && !found && (more = tape_cursor_batch(cursor, &events, &count, filter->error)) > 0) {
        status = calls_feed_all(filter->calls, events, count, filter->error);
        found = events[count - 1].timed && events[count - 1].kind <= TAPE_EXIT;
    }
    if (found)
        filter->before = events[count - 1];
    filter->late = found && !filter->started && filter->before.ticks >= filter->choice.from_ticks;
    return status != 0 || more < 0 ? -1 : 0;
}

struct tape_cursor *filter_open(struct filter *filter, struct tape *tape, const struct tape_piece *piece,
                                struct error *error)
{
    struct tape_cursor *cursor = tape_cursor_open_piece(tape, piece, error);
    if (cursor != NULL && filter->receiver->value == NULL)
        tape_cursor_pass_values(cursor);
    filter->error = error;
    filter->thread = piece->thread;
    filter->started = filter->started || piece->inside;
    if (cursor == NULL || tape_piece_is_first(tape, piece) || skip_to(filter, cursor, piece) == 0)
        return cursor;
    tape_cursor_close(cursor);
    return NULL;
}

int filter_continue(struct filter *filter, struct error *error)
{
    filter->error = error;
    return filter->started ? calls_continue(filter->calls, &filter->own) : 0;
}

struct tape_cursor *filter_open_thread(struct filter *filter, struct tape *tape, uint32_t thread,
                                       const struct filter_from *from, struct error *error)
{
    static const struct filter_from beginning;
    const struct filter_choice *choice = &filter->choice;
    struct tape_piece piece;
    from = from != NULL && filter_allows_pieces_from(choice) ? from : &beginning;
    uint64_t ticks = from->ticks > choice->from_ticks ? from->ticks : choice->from_ticks;
    int status = tape_piece_from(tape, thread, ticks, from->number, &piece, error);
    if (status == 0 && (choice->marked != NULL || choice->numbered || from->numbers))
        status = tape_piece_number(tape, &piece, error);
    struct tape_cursor *cursor = status == 0 ? filter_open(filter, tape, &piece, error) : NULL;
    tape_piece_free(&piece);
    return cursor;
}

/* How many come before `ticks`. */
static size_t count_before(const struct tape_event *events, size_t count, uint64_t ticks)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (events[middle].ticks < ticks)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What lies before the range. */
static int feed_before(struct filter *filter, const struct tape_event *events, size_t count, struct error *error)
{
    if (count == 0)
        return 0;
    filter->before = events[count - 1];
    return calls_feed_all(filter->calls, events, count, error);
}

int filter_feed_all(struct filter *filter, const struct tape_event *events, size_t count, struct error *error)
{
    size_t before = filter->started ? 0 : count_before(events, count, filter->choice.from_ticks);
    size_t until = events[count - 1].ticks < filter->choice.to_ticks
                       ? count
                       : count_before(events, count, filter->choice.to_ticks);
    filter->error = error;
    if (before > until)
        before = until;
    if (feed_before(filter, events, before, error) != 0)
        return -1;
    if (!filter->started && before < until && start(filter) != 0)
        return -1;
    int status = calls_feed_all(filter->calls, events + before, until - before, error);
    return status == 0 && until < count ? 1 : status;
}
