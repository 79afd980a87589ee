#include "view/pyramid.h"

#include <stdlib.h>
#include <time.h>

#include "view/making.h"

enum { MOST_BUCKETS = 1 << 21, POLL_NS = 50 * 1000 * 1000 };

static void *make(void *context)
{
    struct pyramid *pyramid = context;
    int status = making_run(pyramid, &pyramid->error);
    atomic_store(&pyramid->state, status == 0 ? MADE : FAILED);
    return NULL;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

/* Of those that may be in one picture with the thread's. */
static uint64_t events_shown(const struct pyramid *pyramid, const struct tape_thread *thread,
                             const struct pyramid_wish *wish)
{
    if (wish->threads_a_picture <= 1)
        return thread->events;
    uint64_t own = thread->events * wish->threads_a_picture;
    uint64_t all = tape_totals(pyramid->tape).events / wish->threads_a_picture;
    uint64_t most = own < all ? own : all;
    return most > thread->events ? most : thread->events;
}

/* The finest level of a thread. */
static unsigned finest_of(const struct pyramid *pyramid, const struct tape_thread *thread,
                          const struct pyramid_wish *wish)
{
    uint64_t from = tape_ns(pyramid->tape, thread->start_ticks), to = tape_ns(pyramid->tape, thread->end_ticks);
    uint64_t buckets = events_shown(pyramid, thread, wish) / wish->events_a_bucket + 1;
    unsigned level = 0;
    if (thread->events <= wish->exact_events)
        return 0;
    if (buckets > MOST_BUCKETS)
        buckets = MOST_BUCKETS;
    while (level < pyramid->coarsest && (to - from) >> level_shift(level) > buckets)
        level++;
    return level;
}

/* Files are read again only where they hold as much as is wished for. */
static bool read_lanes(struct pyramid *pyramid, struct bytes *bytes)
{
    const struct store_entry what = {.kind = PIECE_LANES};
    if (store_get(pyramid->store, &what, bytes) != 1)
        return false;
    struct reading reading = {bytes->at, bytes->at + bytes->count, false};
    for (uint32_t i = 0; i < pyramid->thread_count; i++) {
        uint64_t finest = read_number(&reading);
        if (finest != pyramid->lanes[i].finest)
            return false;
        atomic_store(&pyramid->lanes[i].rows, (uint32_t)read_number(&reading));
        atomic_store(&pyramid->lanes[i].done_ns, UINT64_MAX);
    }
    return !reading.failed;
}

static bool read_nodes(struct pyramid *pyramid, struct bytes *bytes)
{
    const struct store_entry what = {.kind = PIECE_NODES};
    if (store_get(pyramid->store, &what, bytes) != 1)
        return false;
    struct reading reading = {bytes->at, bytes->at + bytes->count, false};
    return nodes_read(&pyramid->nodes, &reading);
}

static bool read_made(struct pyramid *pyramid, const char *path, const struct store_name *of)
{
    struct bytes bytes = {0};
    pyramid->store = path != NULL ? store_open(path, of) : NULL;
    if (pyramid->store == NULL)
        return false;
    bool good = read_lanes(pyramid, &bytes) && read_nodes(pyramid, &bytes);
    bytes_free(&bytes);
    if (good) {
        atomic_store(&pyramid->state, MADE);
        return true;
    }
    store_close(pyramid->store);
    pyramid->store = NULL;
    nodes_free(&pyramid->nodes);
    for (uint32_t i = 0; i < pyramid->thread_count; i++)
        atomic_store(&pyramid->lanes[i].done_ns, 0);
    return false;
}

static int begin_making(struct pyramid *pyramid, const char *path, const struct store_name *of, struct error *error)
{
    pyramid->store = store_create(path, of, error);
    if (pyramid->store == NULL)
        return -1;
    if (pthread_create(&pyramid->maker, NULL, make, pyramid) != 0)
        return error_set(error, "cannot start a thread to make the pictures");
    pyramid->has_maker = true;
    return 0;
}

struct pyramid *pyramid_open(struct tape *tape, const struct pyramid_wish *wish, struct error *error)
{
    struct pyramid *pyramid = calloc(1, sizeof *pyramid);
    if (pyramid == NULL) {
        error_set(error, "out of memory for the pictures");
        return NULL;
    }
    const struct tape_thread *threads = tape_threads(tape, &pyramid->thread_count);
    const struct store_name name = store_name_of(tape);
    tape_functions(tape, &pyramid->function_count);
    pthread_mutex_init(&pyramid->lock, NULL);
    pyramid->tape = tape;
    pyramid->choice = wish->choice;
    pyramid->counted = wish->counted || wish->choice != NULL;
    pyramid->ns = tape_ns(tape, tape_session(tape)->end_ticks);
    pyramid->coarsest = level_of_all(pyramid->ns);
    pyramid->slices_level = slices_level(pyramid->ns);
    pyramid->lanes = calloc(pyramid->thread_count + 1, sizeof *pyramid->lanes);
    pyramid->starts = starts_create(tape);
    if (pyramid->lanes == NULL || pyramid->starts == NULL) {
        error_set(error, "out of memory for the pictures");
        pyramid_close(pyramid);
        return NULL;
    }
    for (uint32_t i = 0; i < pyramid->thread_count; i++)
        pyramid->lanes[i].finest = finest_of(pyramid, &threads[i], wish);
    if (!read_made(pyramid, wish->path, &name) && begin_making(pyramid, wish->path, &name, error) != 0) {
        pyramid_close(pyramid);
        return NULL;
    }
    return pyramid;
}

void pyramid_close(struct pyramid *pyramid)
{
    if (pyramid == NULL)
        return;
    atomic_store(&pyramid->stop, true);
    if (pyramid->has_maker)
        pthread_join(pyramid->maker, NULL);
    store_close(pyramid->store);
    starts_free(pyramid->starts);
    nodes_free(&pyramid->nodes);
    pthread_mutex_destroy(&pyramid->lock);
    free(pyramid->lanes);
    free(pyramid);
}

/* ---- asking ----------------------------------------------------------------------------------------------------- */

struct tape *pyramid_tape(struct pyramid *pyramid)
{
    return pyramid->tape;
}

const struct filter_choice *pyramid_choice(const struct pyramid *pyramid)
{
    return pyramid->choice;
}

const struct sums *pyramid_sums(const struct pyramid *pyramid)
{
    return &pyramid->sums;
}

struct starts *pyramid_starts(struct pyramid *pyramid)
{
    return pyramid->starts;
}

struct store *pyramid_store(struct pyramid *pyramid)
{
    return pyramid->store;
}

unsigned pyramid_coarsest(const struct pyramid *pyramid)
{
    return pyramid->coarsest;
}

unsigned pyramid_slices_level(const struct pyramid *pyramid)
{
    return pyramid->slices_level;
}

uint64_t pyramid_ns(const struct pyramid *pyramid)
{
    return pyramid->ns;
}

struct pyramid_lane pyramid_lane(struct pyramid *pyramid, uint32_t thread)
{
    struct lane_state *state = &pyramid->lanes[thread];
    return (struct pyramid_lane){state->finest, state->calls, atomic_load(&state->rows), atomic_load(&state->done_ns)};
}

uint64_t pyramid_events_read(struct pyramid *pyramid)
{
    /* Some are read twice, where windows begin. */
    uint64_t read = atomic_load(&pyramid->events_read), all = tape_totals(pyramid->tape).events;
    return read < all ? read : all;
}

int pyramid_state(struct pyramid *pyramid, struct error *error)
{
    enum pyramid_made state = atomic_load(&pyramid->state);
    if (state == FAILED)
        *error = pyramid->error;
    return state == MADE ? 1 : state == FAILED ? -1 : 0;
}

int pyramid_wait(struct pyramid *pyramid, const struct calls_watch *watch, struct error *error)
{
    uint64_t told = 0;
    for (;;) {
        int state = pyramid_state(pyramid, error);
        uint64_t read = pyramid_events_read(pyramid);
        if (watch != NULL && watch->progress(watch->context, read - told) != 0)
            return error_set(error, "stopped");
        told = read;
        if (state != 0)
            return state;
        nanosleep(&(struct timespec){0, POLL_NS}, NULL);
    }
}

uint32_t *pyramid_number(struct pyramid *pyramid, const struct nodes *nodes)
{
    pthread_mutex_lock(&pyramid->lock);
    uint32_t *numbers = nodes_add(&pyramid->nodes, nodes);
    pthread_mutex_unlock(&pyramid->lock);
    return numbers;
}

uint32_t pyramid_nodes(struct pyramid *pyramid, uint32_t first, struct bytes *to)
{
    pthread_mutex_lock(&pyramid->lock);
    nodes_write(&pyramid->nodes, first, to);
    uint32_t count = pyramid->nodes.count;
    pthread_mutex_unlock(&pyramid->lock);
    return count;
}
