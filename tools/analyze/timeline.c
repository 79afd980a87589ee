#include "analyze/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/order.h"
#include "analyze/repeats.h"

struct player;

/* What was told of an open call, or one whose end waits. */
struct told {
    uint32_t call;
    struct kept_value *values;
};

/* An item whose turn has not come. */
struct queued {
    uint64_t ticks;
    uint64_t place; /* filter_place(): the queue's order */
    struct timeline_item item;
};

/* One thread at work. What events give waits in the queue until nothing more can come before it. */
struct reader {
    struct player *player;
    uint32_t thread;
    struct tape_cursor *cursor;
    struct filter *filter;
    struct calls_receiver receiver;
    struct tape_event next; /* the first one not yet fed */
    bool has_next;
    bool ended; /* nothing more comes */
    struct queued *queue;
    size_t first, count, room; /* waiting: queue[first .. count - 1] */
    uint32_t calls;            /* that have begun */
    struct told *told;
    size_t told_count, told_room;
};

struct player {
    struct tape *tape;
    const struct tape_thread *threads;
    const struct tape_function *functions;
    const struct tape_key *keys;
    const struct timeline_choice *choice;
    struct scale scale;
    struct order order; /* of readers, by the time of their first item */
    struct repeats repeats;
    timeline_show *show;
    void *context; /* of `show` */
    struct sums *sums;
    struct error *error;
    struct timeline_item held; /* kept back while it may yet become one with what follows */
    bool holds;
    bool stopped;
};

/* ---- items ------------------------------------------------------------------------------------------------------ */

/* What `repeats` shows: an item that nothing more is folded into. */
static int show_whole(void *context, const struct timeline_item *item)
{
    const struct player *player = context;
    struct timeline_item whole = *item;
    whole.took = took_duration(&item->total, player->scale, player->choice->raw);
    whole.alone = took_duration(&item->self, player->scale, player->choice->raw);
    return player->show(player->context, &whole);
}

static void free_values(struct timeline_item *item)
{
    kept_free((struct kept_value *)item->values);
    item->values = NULL;
}

/* An item that nothing is folded with. */
static int show_valued(struct player *player, struct timeline_item *item)
{
    int status = player->choice->fold ? repeats_flush(&player->repeats) : 0;
    if (status == 0)
        status = show_whole(player, item);
    free_values(item);
    return status;
}

static int show_held(struct player *player)
{
    if (!player->holds)
        return 0;
    player->holds = false;
    if (player->held.values != NULL)
        player->stopped = show_valued(player, &player->held) != 0;
    else if (player->choice->fold)
        player->stopped = repeats_add(&player->repeats, &player->held) != 0;
    else
        player->stopped = show_whole(player, &player->held) != 0;
    return player->stopped ? -1 : 0;
}

static bool same_place(const struct timeline_item *a, const struct timeline_item *b)
{
    return a->thread == b->thread && a->depth == b->depth && a->stack == b->stack;
}

/* An END right after its BEGIN makes a leaf of both, which happens where what it called is left out. */
static bool closes_held(const struct player *player, const struct timeline_item *item)
{
    return item->kind == TIMELINE_END && player->held.kind == TIMELINE_BEGIN && same_place(&player->held, item);
}

static bool continues_run(const struct player *player, const struct timeline_item *item)
{
    const struct timeline_item *held = &player->held;
    return player->choice->fold && item->kind == TIMELINE_LEAF && held->kind == TIMELINE_LEAF && held->values == NULL &&
           item->values == NULL && same_place(held, item) && call_flags_agree(held->flags, item->flags) &&
           player->functions[held->function].same == player->functions[item->function].same;
}

static int add_item(struct player *player, struct timeline_item *item)
{
    struct timeline_item *held = &player->held;
    if (player->holds && closes_held(player, item)) {
        struct kept_value *values = (struct kept_value *)held->values;
        kept_join(&values, (struct kept_value *)item->values);
        item->values = values;
        item->kind = TIMELINE_LEAF;
        player->holds = false;
        return add_item(player, item);
    }
    if (player->holds && continues_run(player, item)) {
        timeline_fold(held, item);
        held->end_ns = item->end_ns;
        return 0;
    }
    int status = show_held(player);
    player->held = *item;
    player->holds = true;
    return status;
}

static struct timeline_item item_of(const struct reader *reader, const struct call *call, enum timeline_kind kind)
{
    uint64_t start = tape_ns(reader->player->tape, call->start_ticks);
    return (struct timeline_item){
        .kind = kind,
        .thread = reader->thread,
        .function = call->function,
        .depth = call->depth,
        .flags = call->flags,
        .stack = call->stack,
        .start_ns = start,
        .end_ns = start,
        .calls = 1,
        .call = call->tag,
    };
}

static int no_room(const struct reader *reader)
{
    return error_set(reader->player->error, "out of memory for thread %u", reader->thread);
}

/* Room for one more behind the last one. */
static int make_room(struct reader *reader)
{
    if (reader->count < reader->room)
        return 0;
    size_t waiting = reader->count - reader->first;
    if (waiting <= reader->room / 2 && reader->room != 0) {
        memmove(reader->queue, reader->queue + reader->first, waiting * sizeof *reader->queue);
        reader->first = 0;
        reader->count = waiting;
        return 0;
    }
    size_t room = reader->room != 0 ? 2 * reader->room : 4;
    struct queued *queue = realloc(reader->queue, room * sizeof *queue);
    if (queue == NULL)
        return no_room(reader);
    reader->queue = queue;
    reader->room = room;
    return 0;
}

static int queue_item(struct reader *reader, uint64_t ticks, const struct timeline_item *item)
{
    if (make_room(reader) != 0)
        return -1;
    const struct queued last = {ticks, filter_place(reader->filter), *item};
    size_t at = reader->count++;
    for (; at > reader->first && reader->queue[at - 1].place > last.place; at--)
        reader->queue[at] = reader->queue[at - 1];
    reader->queue[at] = last;
    return 0;
}

/* Those that can be shown with the item, which are then the caller's: a result where its call ends. */
static struct kept_value *take_values(const struct reader *reader, struct kept_value **list, enum timeline_kind kind)
{
    struct kept_value *taken = NULL, **last = &taken;
    while (*list != NULL) {
        struct kept_value *value = *list;
        if (kind == TIMELINE_BEGIN && reader->player->keys[value->value.key].kind == CT_KEY_RETURN) {
            list = &value->next;
            continue;
        }
        *list = value->next;
        value->next = NULL;
        *last = value;
        last = &value->next;
    }
    return taken;
}

static struct kept_value *take_told(struct reader *reader, const struct timeline_item *item)
{
    for (size_t i = reader->told_count; i-- > 0;) {
        struct told *told = &reader->told[i];
        if (told->call != item->call)
            continue;
        struct kept_value *values = take_values(reader, &told->values, item->kind);
        if (told->values == NULL)
            *told = reader->told[--reader->told_count];
        return values;
    }
    return NULL;
}

static struct told *told_of(struct reader *reader, uint32_t call)
{
    for (size_t i = reader->told_count; i-- > 0;)
        if (reader->told[i].call == call)
            return &reader->told[i];
    if (reader->told_count == reader->told_room) {
        size_t room = 2 * reader->told_room + 4;
        struct told *told = realloc(reader->told, room * sizeof *told);
        if (told == NULL)
            return NULL;
        reader->told = told;
        reader->told_room = room;
    }
    reader->told[reader->told_count] = (struct told){.call = call};
    return &reader->told[reader->told_count++];
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct reader *reader = context;
    (void)parent;
    call->tag = ++reader->calls;
    struct timeline_item item = item_of(reader, call, TIMELINE_BEGIN);
    return queue_item(reader, call->start_ticks, &item);
}

/* A call that begins and ends at once is a leaf, whose turn is where it begins. */
static bool ends_last(const struct reader *reader, const struct timeline_item *item)
{
    if (reader->count == reader->first)
        return false;
    const struct timeline_item *last = &reader->queue[reader->count - 1].item;
    return last->kind == TIMELINE_BEGIN && same_place(last, item);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct reader *reader = context;
    struct player *player = reader->player;
    (void)parent;
    sums_call(player->sums, call);
    struct timeline_item item = item_of(reader, call, TIMELINE_END);
    item.end_ns = tape_ns(player->tape, call->end_ticks);
    item.total = (struct took){call_total_ticks(call), call_total_cost(call), call_slack(call), call->end_run};
    item.self = (struct took){.ticks = call_self_ticks(call), .cost = call_self_cost(call)};
    if (!ends_last(reader, &item))
        return queue_item(reader, call->end_ticks, &item);
    item.kind = TIMELINE_LEAF;
    reader->queue[reader->count - 1].item = item;
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    struct reader *reader = context;
    struct player *player = reader->player;
    sums_note(player->sums, event);
    /* What a jump did is told by the calls that it ended. */
    if (event->kind == TAPE_JUMP)
        return 0;
    if (event->kind == TAPE_WAIT && event->function == TAPE_PREEMPTED && filter_depth(reader->filter) == 0)
        return 0; /* in none of the calls that are shown */
    uint64_t now = tape_ns(player->tape, event->ticks);
    const struct timeline_item item = {
        .kind = TIMELINE_NOTE,
        .thread = reader->thread,
        .function = event->function,
        .depth = filter_depth(reader->filter),
        .start_ns = now,
        .end_ns = now,
        .calls = 1,
        .event = *event,
        .wait_ns = event->kind == TAPE_WAIT ? scale_ns(player->scale, event->n) : 0,
    };
    return queue_item(reader, event->ticks, &item);
}

static int queue_value(struct reader *reader, const struct tape_event *event)
{
    struct kept_value *values = NULL;
    if (kept_add(&values, event) != 0)
        return no_room(reader);
    uint64_t now = tape_ns(reader->player->tape, event->value->ticks);
    const struct timeline_item item = {
        .kind = TIMELINE_NOTE,
        .thread = reader->thread,
        .depth = filter_depth(reader->filter),
        .start_ns = now,
        .end_ns = now,
        .calls = 1,
        .event = {.ticks = event->ticks, .kind = TAPE_VALUE},
        .values = values,
    };
    int status = queue_item(reader, event->value->ticks, &item);
    if (status != 0)
        kept_free(values);
    return status;
}

/* What is of a call goes with the next item of it. */
static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct reader *reader = context;
    if (event->value->timed || call == NULL)
        return queue_value(reader, event);
    struct told *told = told_of(reader, call->tag);
    return told != NULL && kept_add(&told->values, event) == 0 ? 0 : no_room(reader);
}

/* ---- threads ---------------------------------------------------------------------------------------------------- */

static void close_reader(struct reader *reader)
{
    if (reader->cursor != NULL) {
        tape_times_add(&reader->player->sums->times, tape_cursor_times(reader->cursor));
        tape_cursor_close(reader->cursor);
    }
    if (reader->filter != NULL)
        filter_left_add(&reader->player->sums->left, reader->filter);
    filter_destroy(reader->filter);
    for (size_t i = 0; i < reader->told_count; i++)
        kept_free(reader->told[i].values);
    free(reader->told);
    for (size_t i = reader->first; i < reader->count; i++)
        free_values(&reader->queue[i].item);
    free(reader->queue);
    free(reader);
}

static int read_next(struct reader *reader)
{
    int more = tape_cursor_next(reader->cursor, &reader->next, reader->player->error);
    reader->has_next = more > 0;
    return more < 0 ? -1 : 0;
}

/* A leaf is one item, and what is told of a call comes with the item before. */
static bool belongs_together(const struct reader *reader, enum tape_event_kind kind)
{
    return (kind == TAPE_ENTRY || kind == TAPE_INHERIT || kind == TAPE_VALUE) && reader->has_next &&
           (reader->next.kind == TAPE_EXIT || reader->next.kind == TAPE_VALUE);
}

/* Feeds one event, and those that belong to the same item. A value is gone once the next event is read. */
static int feed(struct reader *reader)
{
    bool together = true;
    while (together) {
        enum tape_event_kind kind = (enum tape_event_kind)reader->next.kind;
        int status = filter_feed(reader->filter, &reader->next, reader->player->error);
        if (status > 0)
            reader->has_next = false;
        if (status != 0)
            return status < 0 ? -1 : 0;
        if (read_next(reader) != 0)
            return -1;
        together = belongs_together(reader, kind);
    }
    return 0;
}

static int finish(struct reader *reader)
{
    reader->ended = true;
    return filter_finish(reader->filter, reader->player->threads[reader->thread].end_ticks);
}

/* Nothing can come before its first item. */
static bool is_ready(const struct reader *reader)
{
    return reader->first < reader->count && reader->queue[reader->first].place < filter_settled(reader->filter);
}

/* Feeds until there is an item whose turn has come. */
static int fill_queue(struct reader *reader)
{
    int status = 0;
    if (reader->first == reader->count)
        reader->first = reader->count = 0;
    while (!is_ready(reader) && !reader->ended && status == 0)
        status = reader->has_next ? feed(reader) : finish(reader);
    return status;
}

/* The reader goes to where its first item belongs, or away where it has none. */
static int await_turn(struct reader *reader)
{
    struct player *player = reader->player;
    bool empty = reader->first == reader->count;
    if (!empty && order_add(&player->order, reader->queue[reader->first].ticks, reader->thread, reader) == 0)
        return 0;
    close_reader(reader);
    return empty ? 0 : error_set(player->error, "out of memory for %zu threads at a time", player->order.count);
}

/* Only now, when its time has come, does a thread cost memory. */
static int open_reader(struct player *player, uint32_t thread)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return error_set(player->error, "out of memory for thread %u", thread);
    reader->player = player;
    reader->thread = thread;
    reader->receiver = (struct calls_receiver){
        .begin = begin, .end = end, .note = note, .context = reader, .value = value, .ordered = true};
    reader->filter = filter_create(player->choice->filter, &reader->receiver, player->error);
    if (reader->filter != NULL)
        reader->cursor = filter_open_thread(reader->filter, player->tape, thread, NULL, player->error);
    if (reader->cursor == NULL || read_next(reader) != 0 || fill_queue(reader) != 0) {
        close_reader(reader);
        return -1;
    }
    return await_turn(reader);
}

static bool is_next(const struct reader *reader)
{
    const struct order *order = &reader->player->order;
    return reader->first < reader->count &&
           (order->count == 0 || reader->queue[reader->first].ticks < order->heap[0].when);
}

/* The queue's first item, with what was told of its call so far. */
static struct timeline_item take_first(struct reader *reader)
{
    struct timeline_item item = reader->queue[reader->first++].item;
    if (item.kind != TIMELINE_NOTE)
        item.values = take_told(reader, &item);
    return item;
}

static int step(struct player *player, const struct turn *first)
{
    struct reader *reader = first->what;
    int status;
    if (reader == NULL)
        return open_reader(player, first->rank);
    do {
        struct timeline_item item = take_first(reader);
        if ((status = add_item(player, &item)) == 0)
            status = fill_queue(reader);
    } while (status == 0 && is_next(reader));
    if (status == 0)
        return await_turn(reader);
    close_reader(reader);
    return status;
}

static int play(struct player *player)
{
    uint32_t count = filter_threads(player->choice->filter, player->tape);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t thread = filter_thread(player->choice->filter, i);
        if (order_add(&player->order, player->threads[thread].start_ticks, thread, NULL) != 0)
            return error_set(player->error, "out of memory for %u threads", count);
    }
    struct turn first;
    while (order_take(&player->order, &first))
        if (step(player, &first) != 0)
            return -1;
    if (show_held(player) != 0)
        return -1;
    player->stopped = repeats_flush(&player->repeats) != 0;
    return 0;
}

int timeline_play(struct tape *tape, const struct timeline_choice *choice, timeline_show *show, void *context,
                  struct sums *sums, struct error *error)
{
    uint32_t count;
    struct player player = {
        .tape = tape,
        .threads = tape_threads(tape, &count),
        .functions = tape_functions(tape, &count),
        .keys = tape_keys(tape, &count),
        .choice = choice,
        .scale = scale_of(tape),
        .show = show,
        .context = context,
        .sums = sums,
        .error = error,
    };
    player.repeats.functions = player.functions;
    player.repeats.show = show_whole;
    player.repeats.context = &player;
    *sums = (struct sums){.raw = choice->raw};
    int status = play(&player);
    struct turn left;
    while (order_take(&player.order, &left))
        if (left.what != NULL)
            close_reader(left.what);
    if (player.holds)
        free_values(&player.held);
    order_free(&player.order);
    sums_finish(sums, tape, choice->filter);
    return player.stopped ? 0 : status;
}
