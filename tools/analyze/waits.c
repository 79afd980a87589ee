#include "analyze/waits.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/values.h"

/* Waits that are open: more than a few at once only where signal handlers wait, or coroutines do. */
enum { OPEN_MOST = 64 };

struct open_wait {
    uint64_t object, lock;
    bool used;
};

struct collecting {
    struct waits *waits;
    struct waits_search *search;
    struct waits_room room;
    size_t wait_room, wake_room;
    const struct tape_key *keys;
    const struct tape_function *functions;
    uint32_t process, thread;
    bool searched; /* this thread */
    struct open_wait open[OPEN_MOST];
    struct error *error;
};

static int grow(void **array, size_t *room, size_t count, size_t most, size_t size, struct error *error)
{
    if (count < *room)
        return 0;
    size_t wanted = *room != 0 ? 2 * *room : 256;
    wanted = wanted < most ? wanted : most;
    void *grown = realloc(*array, wanted * size);
    if (grown == NULL)
        return error_set(error, "out of memory for %zu waits", wanted);
    *array = grown;
    *room = wanted;
    return 0;
}

/* ---- waits ------------------------------------------------------------------------------------------------------ */

static bool is_short(const struct waits *waits, const struct wait *wait)
{
    return wait->begin != 0 && wait->end - wait->begin < waits->least_ticks;
}

/* Short waits decide least: those below a limit, that is doubled until half of the room is free or it is of no use. */
static void make_room(struct waits *waits)
{
    size_t before = waits->wait_count;
    for (int i = 0; i < 64 && waits->wait_count > before / 2; i++) {
        size_t kept = 0;
        waits->least_ticks = waits->least_ticks != 0 ? 2 * waits->least_ticks : 1;
        for (size_t k = 0; k < waits->wait_count; k++)
            if (!is_short(waits, &waits->waits[k]))
                waits->waits[kept++] = waits->waits[k];
        waits->left_waits += waits->wait_count - kept;
        waits->wait_count = kept;
    }
}

static int add_wait(struct collecting *to, const struct wait *wait)
{
    struct waits *waits = to->waits;
    if (waits->wait_count == to->room.waits)
        make_room(waits);
    if (is_short(waits, wait) || waits->wait_count == to->room.waits) {
        waits->left_waits++;
        return 0;
    }
    if (grow((void **)&waits->waits, &to->wait_room, waits->wait_count, to->room.waits, sizeof *waits->waits,
             to->error) != 0)
        return -1;
    waits->waits[waits->wait_count++] = *wait;
    return 0;
}

static struct open_wait *open_wait(struct collecting *collecting, struct call *call)
{
    for (uint32_t i = 0; call->tag == 0 && i < OPEN_MOST; i++)
        if (!collecting->open[i].used) {
            collecting->open[i] = (struct open_wait){.used = true};
            call->tag = i + 1;
        }
    return call->tag != 0 ? &collecting->open[call->tag - 1] : NULL;
}

static void begin_wait(struct collecting *collecting, struct call *call, uint64_t object)
{
    struct open_wait *open = call != NULL ? open_wait(collecting, call) : NULL;
    if (open == NULL)
        return;
    if (open->object == 0)
        open->object = object;
    else
        open->lock = object;
}

static int end_wait(struct collecting *collecting, const struct call *call)
{
    struct open_wait *open = &collecting->open[call->tag - 1];
    open->used = false;
    const struct wait wait = {
        .begin = call->number == 1 ? 0 : call->start_ticks,
        .end = call->end_ticks,
        .object = open->object,
        .lock = open->lock,
        .thread = collecting->thread,
        .function = collecting->functions[call->function].same,
    };
    return add_wait(collecting, &wait);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static int add_wake(struct collecting *to, const struct tape_value *value)
{
    struct waits *waits = to->waits;
    if (waits->wake_count == to->room.wakes) {
        waits->left_wakes++;
        return 0;
    }
    if (grow((void **)&waits->wakes, &to->wake_room, waits->wake_count, to->room.wakes, sizeof *waits->wakes,
             to->error) != 0)
        return -1;
    waits->wakes[waits->wake_count++] = (struct wake){value_u64(value), value->ticks, to->process, to->thread};
    return 0;
}

static int on_value(void *context, const struct tape_event *event, struct call *call)
{
    struct collecting *collecting = context;
    uint32_t kind = collecting->keys[event->value->key].kind;
    if (kind == CT_KEY_WAKE)
        return add_wake(collecting, event->value);
    if (kind == CT_KEY_WAIT)
        begin_wait(collecting, call, value_u64(event->value));
    return 0;
}

static void look_at(const struct collecting *collecting, const struct call *call)
{
    struct stretch *longest = &collecting->search->longest;
    bool longer = longest->thread == CT_NONE || call->end_ticks - call->start_ticks > longest->to - longest->from;
    if (longer && call_counts(call) && collecting->search->functions[call->function] != 0)
        *longest = (struct stretch){collecting->thread, call->start_ticks, call->end_ticks};
}

static int on_end(void *context, struct call *call, const struct call *parent)
{
    struct collecting *collecting = context;
    (void)parent;
    sums_call(&collecting->waits->sums, call);
    if (collecting->searched)
        look_at(collecting, call);
    return call->tag != 0 ? end_wait(collecting, call) : 0;
}

static int on_note(void *context, const struct tape_event *event)
{
    struct collecting *collecting = context;
    sums_note(&collecting->waits->sums, event);
    return 0;
}

static bool is_searched(const struct collecting *collecting, const struct tape *tape, uint32_t thread)
{
    const struct waits_search *search = collecting->search;
    bool found = false;
    for (uint32_t i = 0; search->functions != NULL && i < filter_threads(search->where, tape); i++)
        found |= filter_thread(search->where, i) == thread;
    return found;
}

static int read_all(struct collecting *collecting, struct tape *tape, const struct calls_watch *watch)
{
    uint32_t count;
    int status = 0;
    const struct tape_thread *threads = tape_threads(tape, &count);
    const struct calls_receiver receiver = {.end = on_end, .note = on_note, .value = on_value, .context = collecting};
    for (uint32_t i = 0; i < count && status == 0; i++) {
        collecting->thread = i;
        collecting->process = threads[i].process;
        collecting->searched = is_searched(collecting, tape, i);
        memset(collecting->open, 0, sizeof collecting->open);
        status = calls_of_thread(tape, i, NULL, &receiver, watch, &collecting->waits->sums.times,
                                 &collecting->waits->sums.left, collecting->error);
    }
    return status;
}

/* ---- order ------------------------------------------------------------------------------------------------------ */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Of those that end at once the longest comes last: it is the outermost. */
static int by_thread(const void *left, const void *right)
{
    const struct wait *a = left, *b = right;
    int order = compare(a->thread, b->thread);
    if (order == 0)
        order = compare(a->end, b->end);
    return order != 0 ? order : compare(b->begin, a->begin);
}

static int by_object(const void *left, const void *right)
{
    const struct wake *a = left, *b = right;
    int order = compare(a->process, b->process);
    if (order == 0)
        order = compare(a->object, b->object);
    if (order == 0)
        order = compare(a->ticks, b->ticks);
    return order != 0 ? order : compare(a->thread, b->thread);
}

static int put_in_order(struct waits *waits, uint32_t threads, struct error *error)
{
    waits->firsts = calloc(threads + (size_t)1, sizeof *waits->firsts);
    if (waits->firsts == NULL)
        return error_set(error, "out of memory for %u threads", threads);
    if (waits->wait_count != 0)
        qsort(waits->waits, waits->wait_count, sizeof *waits->waits, by_thread);
    if (waits->wake_count != 0)
        qsort(waits->wakes, waits->wake_count, sizeof *waits->wakes, by_object);
    for (size_t i = 0; i < waits->wait_count; i++)
        waits->firsts[waits->waits[i].thread + 1]++;
    for (uint32_t i = 0; i < threads; i++)
        waits->firsts[i + 1] += waits->firsts[i];
    return 0;
}

int waits_collect(struct waits *waits, struct tape *tape, struct waits_search *search, const struct waits_room *room,
                  const struct calls_watch *watch, struct error *error)
{
    static const struct waits_room usual = {WAITS_MOST, WAKES_MOST};
    uint32_t count;
    struct collecting *collecting = calloc(1, sizeof *collecting);
    *waits = (struct waits){0};
    if (collecting == NULL)
        return error_set(error, "out of memory for waits");
    search->longest.thread = CT_NONE;
    collecting->waits = waits;
    collecting->search = search;
    collecting->room = room != NULL ? *room : usual;
    collecting->keys = tape_keys(tape, &count);
    collecting->functions = tape_functions(tape, &count);
    collecting->error = error;
    int status = read_all(collecting, tape, watch);
    free(collecting);
    tape_threads(tape, &count);
    if (status == 0)
        status = put_in_order(waits, count, error);
    sums_finish(&waits->sums, tape, NULL);
    return status;
}

void waits_free(struct waits *waits)
{
    free(waits->waits);
    free(waits->firsts);
    free(waits->wakes);
}

/* ---- questions -------------------------------------------------------------------------------------------------- */

const struct wait *waits_last(const struct waits *waits, uint32_t thread, uint64_t ticks)
{
    size_t low = waits->firsts[thread], high = waits->firsts[thread + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (waits->waits[middle].end <= ticks)
            low = middle + 1;
        else
            high = middle;
    }
    return low > waits->firsts[thread] ? &waits->waits[low - 1] : NULL;
}

/* The object's last wake before wait->end, but not before wait->begin. */
static const struct wake *last_wake(const struct waits *waits, const struct wait *wait, uint64_t object,
                                    uint32_t process)
{
    const struct wake end = {.object = object, .ticks = wait->end, .process = process};
    size_t low = 0, high = waits->wake_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_object(&waits->wakes[middle], &end) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct wake *last = low > 0 ? &waits->wakes[low - 1] : NULL;
    bool is = last != NULL && last->process == process && last->object == object && last->ticks >= wait->begin;
    return is ? last : NULL;
}

/* Who was woken needs the lock as well. That whoever unlocked it last held the wait up is certain where that is who
 * woke, or one who has waited since then itself; others may have had the lock for a moment before it was wanted. */
static bool held_it_up(const struct waits *waits, const struct wake *unlock, const struct wake *woken)
{
    if (unlock == NULL || unlock->ticks <= woken->ticks)
        return false;
    const struct wait *before = waits_last(waits, unlock->thread, unlock->ticks);
    return unlock->thread == woken->thread || (before != NULL && before->end > woken->ticks);
}

const struct wake *waits_ended_by(const struct waits *waits, const struct wait *wait, uint32_t process)
{
    const struct wake *woken = last_wake(waits, wait, wait->object, process);
    if (woken == NULL || wait->lock == 0)
        return woken;
    const struct wake *unlock = last_wake(waits, wait, wait->lock, process);
    return held_it_up(waits, unlock, woken) ? unlock : woken;
}
