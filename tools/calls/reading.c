#include "calls/reading.h"

struct reader {
    struct reading *reading;
    const struct tape_piece *piece;
    struct filter *filter;
    struct tape_cursor *cursor;
    struct error *error;
};

static uint64_t state_of(const struct reader *reader)
{
    return calls_state(filter_calls(reader->filter)) + tape_cursor_state(reader->cursor);
}

/* 1: what follows is not looked at. */
static int feed_all(struct reader *reader)
{
    const struct calls_watch *watch = reader->reading->watch;
    const struct tape_event *events;
    size_t count;
    int more, status = 0;
    while (status == 0 && (more = tape_cursor_batch(reader->cursor, &events, &count, reader->error)) > 0) {
        status = filter_feed_all(reader->filter, events, count, reader->error);
        if (watch != NULL && watch->progress(watch->context, count) != 0)
            return error_set(reader->error, "stopped");
    }
    return status != 0 ? status : more;
}

static int finish(struct reader *reader)
{
    uint32_t count;
    const struct tape *tape = reader->reading->tape;
    if (tape_piece_is_last(tape, reader->piece))
        return filter_finish(reader->filter, tape_threads(tape, &count)[reader->piece->thread].end_ticks);
    reader->reading->ended = state_of(reader);
    return calls_pause(filter_calls(reader->filter));
}

static int read(struct reader *reader)
{
    struct calls *calls = filter_calls(reader->filter);
    calls_set_run(calls, reader->reading->run);
    reader->reading->begun = state_of(reader);
    if (filter_begins_late(reader->filter))
        return 1;
    if (filter_continue(reader->filter, reader->error) != 0 || feed_all(reader) < 0 || finish(reader) != 0)
        return -1;
    reader->reading->run = calls_next_run(calls);
    filter_left_add(&reader->reading->left, reader->filter);
    tape_times_add(&reader->reading->times, tape_cursor_times(reader->cursor));
    return 0;
}

int read_piece(struct reading *reading, const struct tape_piece *piece, struct error *error)
{
    struct reader reader = {.reading = reading, .piece = piece, .error = error};
    bool whole = tape_piece_is_first(reading->tape, piece) && tape_piece_is_last(reading->tape, piece);
    reader.filter = filter_create(reading->choice, reading->receiver, error);
    if (reader.filter != NULL)
        reader.cursor = whole ? filter_open_thread(reader.filter, reading->tape, piece->thread, NULL, error)
                              : filter_open(reader.filter, reading->tape, piece, error);
    int status = reader.cursor != NULL ? read(&reader) : -1;
    tape_cursor_close(reader.cursor);
    filter_destroy(reader.filter);
    return status;
}

int calls_of_piece(struct tape *tape, const struct tape_piece *piece, const struct filter_choice *choice,
                   const struct calls_receiver *receiver, const struct calls_watch *watch, struct tape_times *times,
                   struct filter_left *left, struct error *error)
{
    struct reading reading = {.tape = tape, .choice = choice, .receiver = receiver, .watch = watch, .run = 1};
    int status = read_piece(&reading, piece, error);
    tape_times_add(times, &reading.times);
    filter_left_sum(left, &reading.left);
    return status;
}

int calls_of_thread(struct tape *tape, uint32_t thread, const struct filter_choice *choice,
                    const struct calls_receiver *receiver, const struct calls_watch *watch, struct tape_times *times,
                    struct filter_left *left, struct error *error)
{
    const struct tape_piece whole = tape_whole_thread(tape, thread);
    return calls_of_piece(tape, &whole, choice, receiver, watch, times, left, error);
}
