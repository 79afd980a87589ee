#include <stdlib.h>
#include <string.h>

#include "tape/block.h"
#include "tape/state.h"

/* Few enough to stay in the first-level cache between the loop that fills them and the one that reads them. */
enum { BATCH = 256, BEFORE_BLOCK = 2 };

struct tape_cursor {
    struct tape *tape;
    uint32_t thread;
    bool untimed;      /* the thread has events without a time */
    bool broken;       /* a gap comes before the next block */
    bool stepping;     /* reads on word by word, up to a timed event */
    size_t next, end;  /* of the tape's blocks */
    size_t own_end;    /* where they end that are not read for their first timed event alone */
    uint64_t expected; /* sequence of the chunk that should come next */
    uint64_t stack;    /* current one, as far as told */
    struct block block;
    struct unpacker unpacker;
    struct exits exits;
    struct runs runs;
    struct tape_times times;
    struct buffer values;      /* struct tape_value, one after the other: of the events below */
    struct tape_event *events; /* from the first read to the end */
    size_t at, ready, count;   /* at .. ready - 1 are to be given out; up to count they wait for their time */
};

struct tape_cursor *tape_cursor_open(struct tape *tape, uint32_t thread, struct error *error)
{
    if (thread >= tape->threads.count) {
        error_set(error, "'%s' has no thread %u", tape->path, thread);
        return NULL;
    }
    struct tape_cursor *cursor = calloc(1, sizeof *cursor);
    if (!cursor) {
        error_set(error, "cannot read '%s': out of memory", tape->path);
        return NULL;
    }
    uint32_t count;
    cursor->tape = tape;
    cursor->thread = thread;
    cursor->untimed = tape_threads(tape, &count)[thread].untimed != 0;
    cursor->broken = true;
    cursor->runs.times = &cursor->times;
    cursor->next = tape->thread_blocks[thread];
    cursor->end = cursor->own_end = tape->thread_blocks[thread + 1];
    return cursor;
}

struct tape_piece tape_whole_thread(const struct tape *tape, uint32_t thread)
{
    return (struct tape_piece){
        .thread = thread,
        .first = tape->thread_blocks[thread],
        .end = tape->thread_blocks[thread + 1],
    };
}

bool tape_piece_is_first(const struct tape *tape, const struct tape_piece *piece)
{
    return piece->first == tape->thread_blocks[piece->thread];
}

bool tape_piece_is_last(const struct tape *tape, const struct tape_piece *piece)
{
    return piece->end == tape->thread_blocks[piece->thread + 1];
}

/* What is open where a piece begins. */
static int open_calls(struct tape_cursor *cursor, const struct tape_piece *piece)
{
    for (size_t i = 0; i < piece->open_count; i++)
        if (exits_open(&cursor->exits, piece->open[i].stack, piece->open[i].gap) != 0)
            return -1;
    return exits_enter(&cursor->exits, piece->stack);
}

static void begin_piece(struct tape_cursor *cursor, const struct tape_piece *piece)
{
    cursor->next = piece->first;
    cursor->own_end = piece->end;
    cursor->end = piece->end + !tape_piece_is_last(cursor->tape, piece);
    if (tape_piece_is_first(cursor->tape, piece))
        return;
    cursor->expected = cursor->tape->blocks[piece->first].first_sequence;
    cursor->stack = piece->stack;
    cursor->runs.from = piece->floor;
    cursor->broken = false;
    cursor->stepping = true;
}

struct tape_cursor *tape_cursor_open_piece(struct tape *tape, const struct tape_piece *piece, struct error *error)
{
    struct tape_cursor *cursor = tape_cursor_open(tape, piece->thread, error);
    if (!cursor)
        return NULL;
    begin_piece(cursor, piece);
    if (open_calls(cursor, piece) == 0)
        return cursor;
    tape_cursor_close(cursor);
    error_set(error, "cannot read '%s': out of memory", tape->path);
    return NULL;
}

void tape_cursor_pass_values(struct tape_cursor *cursor)
{
    cursor->block.no_values = true;
}

uint64_t tape_cursor_state(const struct tape_cursor *cursor)
{
    return cursor->untimed ? exits_state(&cursor->exits) + cursor->stack : cursor->stack;
}

static void free_buffers(struct tape_cursor *cursor)
{
    block_free(&cursor->block);
    free(cursor->values.data);
    cursor->values = (struct buffer){0};
    free(cursor->events);
    cursor->events = NULL;
    cursor->unpacker = (struct unpacker){0};
}

void tape_cursor_close(struct tape_cursor *cursor)
{
    if (!cursor)
        return;
    free_buffers(cursor);
    exits_free(&cursor->exits);
    free(cursor);
}

static bool in_block(const struct tape_cursor *cursor)
{
    return cursor->at < cursor->count || !unpacker_is_at_end(&cursor->unpacker);
}

uint64_t tape_cursor_next_ticks(const struct tape_cursor *cursor)
{
    if (!in_block(cursor) && cursor->next == cursor->end)
        return UINT64_MAX;
    return cursor->tape->blocks[in_block(cursor) ? cursor->next - 1 : cursor->next].first_ticks;
}

const struct tape_times *tape_cursor_times(const struct tape_cursor *cursor)
{
    return &cursor->times;
}

void tape_times_add(struct tape_times *to, const struct tape_times *times)
{
    to->timed += times->timed;
    to->untimed += times->untimed;
    to->timed_cost += times->timed_cost;
    to->untimed_cost += times->untimed_cost;
    to->surprises += times->surprises;
    to->surprise_ticks += times->surprise_ticks;
}

/* Those that wait get no better time: nothing follows, or nothing that is known. */
static void give_up_waiting(struct tape_cursor *cursor)
{
    runs_give_up(&cursor->runs, cursor->events + cursor->ready, cursor->count - cursor->ready);
    cursor->ready = cursor->count;
}

static int pass_special(struct tape_cursor *cursor, const struct tape_event *event)
{
    runs_special(&cursor->runs, event);
    return exits_special(&cursor->exits, event);
}

static int push(struct tape_cursor *cursor, enum tape_event_kind kind, uint64_t n)
{
    struct tape_event event = {.ticks = cursor->runs.from, .n = n, .kind = (uint8_t)kind};
    cursor->events[cursor->count++] = event;
    return pass_special(cursor, &event);
}

static int push_gap(struct tape_cursor *cursor, uint64_t events)
{
    int status = push(cursor, TAPE_GAP, events);
    give_up_waiting(cursor);
    cursor->broken = true;
    return status;
}

static void count_times(struct tape_cursor *cursor)
{
    const struct block *block = &cursor->block;
    uint64_t timed = block->head.events - block->head.untimed;
    cursor->times.timed += timed;
    cursor->times.untimed += block->head.untimed;
    cursor->times.timed_cost += (double)timed * block->cost.timed;
    cursor->times.untimed_cost += (double)block->head.untimed * block->cost.untimed;
}

/* What follows a gap, or the thread's beginning, is reckoned from the clock at its chunk's opening. */
static int begin_block(struct tape_cursor *cursor)
{
    const struct block *block = &cursor->block;
    if (cursor->broken && block->head.first_ticks > cursor->runs.from)
        cursor->runs.from = block->head.first_ticks;
    cursor->broken = false;
    cursor->runs.cost = block->cost;
    if (cursor->next > cursor->own_end)
        cursor->stepping = true;
    else
        count_times(cursor);
    cursor->unpacker = block_unpacker(block, cursor->tape->functions.count, cursor->runs.from);
    if (block->no_values || block->values_room == 0)
        return 0;
    cursor->unpacker.values = &cursor->values;
    cursor->unpacker.known_keys = cursor->tape->keys.count;
    return buffer_reserve(&cursor->values, block->values_room) ? 0 : -1;
}

/* Loads the next block and makes ready what stands before its events: the gap, the stack that they are on. */
static int next_block(struct tape_cursor *cursor)
{
    struct tape *tape = cursor->tape;
    size_t index = cursor->next++;
    const struct ct_index_entry *entry = &tape->blocks[index];
    bool missing = entry->first_sequence > cursor->expected;
    const char *why = "";
    enum block_status status = block_load(&cursor->block, tape->fd, tape->size, entry, tape->functions.count, &why);
    if (status == BLOCK_NO_MEMORY)
        return -1;
    cursor->expected = (uint64_t)entry->first_sequence + entry->chunks;
    if ((missing || status == BLOCK_DAMAGED) &&
        push_gap(cursor, status == BLOCK_DAMAGED && !missing ? entry->events : 0) != 0)
        return -1;
    if (status == BLOCK_DAMAGED) {
        block_report(tape, index, "%s: %llu events of thread %u are missing", why, (unsigned long long)entry->events,
                     cursor->thread);
        return 0;
    }
    block_report_unknown(tape, index, &cursor->block);
    if (begin_block(cursor) != 0)
        return -1;
    if (cursor->block.head.stack == cursor->stack)
        return 0;
    cursor->stack = cursor->block.head.stack;
    return push(cursor, TAPE_STACK, cursor->stack);
}

static int unpack_more(struct tape_cursor *cursor)
{
    struct tape_event *to = cursor->events + cursor->count;
    size_t room = cursor->stepping ? 1 : BATCH;
    if (!cursor->untimed) {
        cursor->count += unpack(&cursor->unpacker, to, room);
        cursor->runs.from = cursor->unpacker.floor;
        return 0;
    }
    if (exits_reserve(&cursor->exits, unpacker_opens(&cursor->unpacker, BATCH)) != 0)
        return -1;
    struct open_run run = {&cursor->runs, &cursor->exits, cursor->events + cursor->ready};
    size_t count = unpack_runs(&cursor->unpacker, &run, to, room);
    cursor->ready = (size_t)(run.first - cursor->events);
    cursor->count += count;
    return count != 0 && to[count - 1].kind > TAPE_EXIT ? pass_special(cursor, &to[count - 1]) : 0;
}

/* Where all events are timed each is ready as it comes; else up to the last timed one, unless too many wait. */
static void resolve(struct tape_cursor *cursor)
{
    size_t waiting = cursor->count - cursor->ready;
    if (cursor->untimed && waiting + cursor->runs.passed <= CT_RUN_MAX)
        return;
    if (cursor->untimed)
        runs_give_times(&cursor->runs, cursor->events + cursor->ready, waiting);
    cursor->ready = cursor->count;
}

/* Up to a timed event: that of the piece's first block, or that with which the piece ends. */
static void step(struct tape_cursor *cursor, const struct tape_event *event)
{
    if (!event->timed || event->kind > TAPE_EXIT)
        return;
    cursor->stepping = false;
    unpacker_settle(&cursor->unpacker, &cursor->exits);
    if (cursor->next > cursor->own_end)
        unpacker_stop(&cursor->unpacker);
}

/* Events up to here were given out before it was known. */
static int end_misfit(struct tape_cursor *cursor)
{
    block_report(cursor->tape, cursor->next - 1, "%s: events of thread %u are missing", BLOCK_MISFIT, cursor->thread);
    return push_gap(cursor, 0);
}

static int read_on(struct tape_cursor *cursor)
{
    size_t seen = cursor->count;
    bool more = !unpacker_is_at_end(&cursor->unpacker);
    if ((more ? unpack_more(cursor) : next_block(cursor)) != 0)
        return -1;
    if (more)
        cursor->stack = cursor->unpacker.stack;
    if (more && cursor->unpacker.misfit && end_misfit(cursor) != 0)
        return -1;
    if (cursor->stepping && cursor->count > seen)
        step(cursor, &cursor->events[cursor->count - 1]);
    resolve(cursor);
    return 0;
}

/* Values of events that were given out go. Until their events are ready they know each other by their places. */
static void drop_values(struct tape_cursor *cursor)
{
    struct buffer *values = &cursor->values;
    size_t first = values->bytes;
    for (size_t i = cursor->count; i-- > cursor->ready;)
        if (cursor->events[i].kind == TAPE_VALUE)
            first = cursor->events[i].n;
    if (first == 0)
        return;
    for (size_t i = cursor->ready; i < cursor->count; i++)
        if (cursor->events[i].kind == TAPE_VALUE)
            cursor->events[i].n -= first;
    values->bytes -= first;
    memmove(values->data, values->data + first, values->bytes);
}

static void point_at_values(struct tape_cursor *cursor)
{
    for (size_t i = 0; i < cursor->ready && cursor->values.bytes != 0; i++) {
        struct tape_event *event = &cursor->events[i];
        if (event->kind != TAPE_VALUE)
            continue;
        struct tape_value *value = (struct tape_value *)(void *)(cursor->values.data + event->n);
        if (!value->timed || value->ticks < event->ticks)
            value->ticks = event->ticks;
        event->value = value;
    }
}

/* The events that wait move to the front; never more than CT_RUN_MAX. */
static int make_room(struct tape_cursor *cursor)
{
    size_t room = (cursor->untimed ? CT_RUN_MAX : 0) + BATCH + BEFORE_BLOCK;
    if (!cursor->events && !(cursor->events = malloc(room * sizeof *cursor->events)))
        return -1;
    drop_values(cursor);
    cursor->count -= cursor->ready;
    memmove(cursor->events, cursor->events + cursor->ready, cursor->count * sizeof *cursor->events);
    cursor->at = cursor->ready = 0;
    return 0;
}

static bool at_end(const struct tape_cursor *cursor)
{
    return unpacker_is_at_end(&cursor->unpacker) && cursor->next == cursor->end;
}

/* Makes events ready: 1, 0 at the end, -1 without memory. */
static int fill(struct tape_cursor *cursor)
{
    if (!cursor->events && at_end(cursor))
        return 0;
    if (make_room(cursor) != 0)
        return -1;
    while (cursor->ready == 0) {
        if (!at_end(cursor)) {
            if (read_on(cursor) != 0)
                return -1;
        } else if (cursor->count != 0) {
            give_up_waiting(cursor);
        } else {
            free_buffers(cursor);
            return 0;
        }
    }
    point_at_values(cursor);
    return 1;
}

static int ready(struct tape_cursor *cursor, struct error *error)
{
    int status = cursor->at < cursor->ready ? 1 : fill(cursor);
    return status >= 0 ? status : error_set(error, "cannot read '%s': out of memory", cursor->tape->path);
}

int tape_cursor_next(struct tape_cursor *cursor, struct tape_event *event, struct error *error)
{
    int status = ready(cursor, error);
    if (status == 1)
        *event = cursor->events[cursor->at++];
    return status;
}

int tape_cursor_batch(struct tape_cursor *cursor, const struct tape_event **events, size_t *count, struct error *error)
{
    int status = ready(cursor, error);
    if (status == 1) {
        *events = &cursor->events[cursor->at];
        *count = cursor->ready - cursor->at;
        cursor->at = cursor->ready;
    }
    return status;
}
