#include "query/stream.h"

#include <stdlib.h>

struct stream {
    struct tape *tape;
    struct stream_choice choice;
    const volatile sig_atomic_t *stop;
    struct calls_receiver receiver;
    struct error *error; /* of the reading that goes on */
    uint32_t next;       /* of the threads that the filter lets through */
    uint32_t thread;
    struct tape_cursor *cursor; /* of the thread being read; NULL: none is */
    struct filter *filter;
    uint64_t open;           /* calls that are wanted and have not ended */
    bool found;              /* the one that was asked for by number */
    struct stream_row *rows; /* read and not yet given */
    size_t at, count, room;
    struct told_call *told; /* of open calls: those that have values have a number here as their tag, from 1 */
    uint32_t told_count, told_room, told_free;
};

/* Values of an open call, or a free place. */
struct told_call {
    struct kept_value *values;
    uint32_t next_free;
};

const struct stream_choice stream_everything = {
    .thread = CT_NONE, .process = CT_NONE, .start_to = UINT64_MAX, .end_to = UINT64_MAX};

/* ---- what the calls tell ---------------------------------------------------------------------------------------- */

static bool wants_begun(const struct stream_choice *choice, const struct call *call)
{
    return call->start_ticks >= choice->start_from && call->start_ticks <= choice->start_to &&
           (choice->number == 0 || choice->number == call->number) &&
           (choice->functions == NULL || choice->functions[call->function] != 0);
}

/* 0: no memory. */
static uint32_t told_place(struct stream *stream)
{
    uint32_t tag = stream->told_free;
    if (tag != 0) {
        stream->told_free = stream->told[tag - 1].next_free;
        return tag;
    }
    if (stream->told_count == stream->told_room) {
        uint32_t room = stream->told_room != 0 ? 2 * stream->told_room : 16;
        struct told_call *told = realloc(stream->told, room * sizeof *told);
        if (told == NULL)
            return 0;
        stream->told = told;
        stream->told_room = room;
    }
    stream->told[stream->told_count++] = (struct told_call){0};
    return stream->told_count;
}

static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct stream *stream = context;
    uint32_t count;
    bool known = tape_keys(stream->tape, &count)[event->value->key].kind != 0;
    if (call == NULL || !known || event->value->timed || !wants_begun(&stream->choice, call))
        return 0;
    if (call->tag == 0)
        call->tag = told_place(stream);
    if (call->tag != 0 && kept_add(&stream->told[call->tag - 1].values, event) == 0)
        return 0;
    return error_set(stream->error, "out of memory for the values of calls");
}

/* They are the caller's; the place is free. */
static struct kept_value *take_values(struct stream *stream, const struct call *call)
{
    if (call->tag == 0)
        return NULL;
    struct told_call *told = &stream->told[call->tag - 1];
    struct kept_value *values = told->values;
    *told = (struct told_call){.next_free = stream->told_free};
    stream->told_free = call->tag;
    return values;
}

static bool wants_ended(const struct stream_choice *choice, const struct call *call)
{
    return call->end_ticks >= choice->end_from && call->end_ticks <= choice->end_to;
}

static struct stream_row *add_row(struct stream *stream, const struct call *call, const struct call *parent)
{
    if (stream->count == stream->room) {
        size_t room = stream->room != 0 ? 2 * stream->room : 256;
        struct stream_row *rows = realloc(stream->rows, room * sizeof *rows);
        if (rows == NULL) {
            error_set(stream->error, "out of memory for %zu calls", stream->count);
            return NULL;
        }
        stream->rows = rows;
        stream->room = room;
    }
    struct stream_row *row = &stream->rows[stream->count++];
    stream->found = stream->choice.number != 0;
    *row = (struct stream_row){
        .number = call->number,
        .parent = parent != NULL ? parent->number : 0,
        .function = call->function,
        .caller = parent != NULL ? parent->function : 0,
        .thread = stream->thread,
        .depth = call->depth,
        .flags = call->flags,
        .stack = call->stack,
        .start_ticks = call->start_ticks,
    };
    return row;
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct stream *stream = context;
    if (!wants_begun(&stream->choice, call))
        return 0;
    if (stream->choice.begins)
        return add_row(stream, call, parent) != NULL ? 0 : -1;
    stream->open++;
    return 0;
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct stream *stream = context;
    if (stream->choice.begins || !wants_begun(&stream->choice, call))
        return 0;
    struct kept_value *values = take_values(stream, call);
    struct stream_row *row = NULL;
    bool wanted = wants_ended(&stream->choice, call);
    stream->open--;
    if (wanted)
        row = add_row(stream, call, parent);
    if (row == NULL) {
        kept_free(values);
        return wanted ? -1 : 0;
    }
    row->values = values;
    row->end_ticks = call->end_ticks;
    row->total_ticks = call_total_ticks(call);
    row->self_ticks = call_self_ticks(call);
    row->slack_ticks = call_slack(call);
    row->total_cost = call_total_cost(call);
    row->self_cost = call_self_cost(call);
    return 0;
}

/* ---- which threads, and how far --------------------------------------------------------------------------------- */

static void leave_thread(struct stream *stream)
{
    for (uint32_t i = 0; i < stream->told_count; i++)
        kept_free(stream->told[i].values);
    stream->told_count = stream->told_free = 0;
    filter_destroy(stream->filter);
    tape_cursor_close(stream->cursor);
    stream->filter = NULL;
    stream->cursor = NULL;
    stream->open = 0;
    stream->found = false;
}

static bool wants_thread(const struct stream *stream, uint32_t thread)
{
    const struct stream_choice *choice = &stream->choice;
    uint32_t count;
    const struct tape_thread *it = &tape_threads(stream->tape, &count)[thread];
    return it->events != 0 && (choice->thread == CT_NONE || choice->thread == thread) &&
           (choice->process == CT_NONE || choice->process == it->process) && it->start_ticks <= choice->start_to &&
           it->end_ticks >= choice->end_from && it->end_ticks >= choice->start_from;
}

/* 1, 0 where there is no further thread, -1. */
static int enter_thread(struct stream *stream)
{
    uint32_t count = filter_threads(stream->choice.filter, stream->tape);
    while (stream->next < count && !wants_thread(stream, filter_thread(stream->choice.filter, stream->next)))
        stream->next++;
    if (stream->next == count)
        return 0;
    const struct filter_from from = {stream->choice.start_from, stream->choice.number, true};
    stream->thread = filter_thread(stream->choice.filter, stream->next++);
    stream->filter = filter_create(stream->choice.filter, &stream->receiver, stream->error);
    if (stream->filter != NULL)
        stream->cursor = filter_open_thread(stream->filter, stream->tape, stream->thread, &from, stream->error);
    if (stream->cursor == NULL)
        return -1;
    return filter_continue(stream->filter, stream->error) == 0 ? 1 : -1;
}

/* A call of which it is known only later whether it is shown may have begun long ago. */
static bool begins_late(const struct stream *stream)
{
    return stream->choice.filter != NULL && stream->choice.filter->least_ticks != 0;
}

/* Nothing that is wanted can follow of this thread. */
static bool is_past(const struct stream *stream, uint64_t ticks)
{
    const struct stream_choice *choice = &stream->choice;
    if (stream->found || ticks > choice->end_to)
        return true;
    return ticks > choice->start_to && stream->open == 0 && !begins_late(stream);
}

static int finish_thread(struct stream *stream)
{
    uint32_t threads;
    uint64_t end_ticks = tape_threads(stream->tape, &threads)[stream->thread].end_ticks;
    int status = filter_finish(stream->filter, end_ticks);
    leave_thread(stream);
    return status;
}

static int read_thread(struct stream *stream)
{
    const struct tape_event *events;
    size_t count;
    int more = tape_cursor_batch(stream->cursor, &events, &count, stream->error);
    if (more < 0)
        return -1;
    /* 1: what follows is behind the filter's range */
    int status = more != 0 ? filter_feed_all(stream->filter, events, count, stream->error) : 1;
    if (status != 0)
        return status < 0 ? -1 : finish_thread(stream);
    if (is_past(stream, events[count - 1].ticks))
        leave_thread(stream);
    return 0;
}

/* ---- the stream ------------------------------------------------------------------------------------------------- */

struct stream *stream_open(struct tape *tape, const struct stream_choice *choice, const volatile sig_atomic_t *stop,
                           struct error *error)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        error_set(error, "out of memory for a query");
        return NULL;
    }
    stream->tape = tape;
    stream->choice = *choice;
    stream->choice.begins = choice->begins && !begins_late(stream);
    stream->stop = stop;
    stream->receiver = (struct calls_receiver){.begin = begin, .end = end, .context = stream};
    if (choice->values)
        stream->receiver.value = value;
    return stream;
}

void stream_close(struct stream *stream)
{
    if (stream == NULL)
        return;
    if (stream->cursor != NULL || stream->filter != NULL)
        leave_thread(stream);
    for (size_t i = 0; i < stream->count; i++)
        kept_free(stream->rows[i].values);
    free(stream->told);
    free(stream->rows);
    free(stream);
}

/* 1, 0 at the end, -1. */
static int read_on(struct stream *stream)
{
    if (*stream->stop != 0)
        return error_set(stream->error, "interrupted");
    if (stream->cursor == NULL)
        return enter_thread(stream);
    return read_thread(stream) == 0 ? 1 : -1;
}

int stream_next(struct stream *stream, const struct stream_row **row, struct error *error)
{
    stream->error = error;
    if (stream->at != 0) {
        kept_free(stream->rows[stream->at - 1].values);
        stream->rows[stream->at - 1].values = NULL;
    }
    while (stream->at == stream->count) {
        stream->at = stream->count = 0;
        int status = read_on(stream);
        if (status <= 0)
            return status;
    }
    *row = &stream->rows[stream->at++];
    return 1;
}
