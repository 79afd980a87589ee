#include "view/pyramid.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_BUCKETS = 1 << 21, POLL_NS = 50 * 1000 * 1000 };

/* As struct pyramid_lane; the maker writes, all read. */
struct lane_state {
    unsigned finest;
    uint64_t calls; /* once all is there */
    _Atomic uint32_t rows;
    _Atomic uint64_t done_ns;
};

enum state { MAKING, MADE, FAILED };

struct pyramid {
    struct tape *tape;
    const struct filter_choice *choice;
    struct sums sums; /* the maker's, until all is made */
    struct store *store;
    struct nodes nodes; /* under `lock` */
    struct lane_state *lanes;
    struct habit **habits; /* the maker's */
    uint32_t thread_count, function_count;
    uint64_t ns;
    unsigned coarsest, slices_level;
    pthread_mutex_t lock;
    pthread_t maker;
    bool has_maker;
    atomic_bool stop;
    _Atomic uint64_t events_read;
    _Atomic enum state state;
    struct error error; /* once FAILED */
};

/* The thread that is being read. */
struct making {
    struct pyramid *pyramid;
    struct lane lane;
    struct error *error;
};

/* ---- what the lanes hand over ----------------------------------------------------------------------------------- */

static int add_piece(struct pyramid *pyramid, const struct store_entry *what, const struct bytes *bytes,
                     struct error *error)
{
    if (bytes->failed)
        return error_set(error, "out of memory for the pictures");
    if (atomic_load(&pyramid->stop))
        return error_set(error, "stopped");
    return store_add(pyramid->store, what, bytes, error);
}

static int keep_tile(void *context, unsigned level, uint64_t tile, const struct bytes *bytes)
{
    const struct making *making = context;
    const struct store_entry what = {
        .kind = PIECE_TILE, .level = (uint16_t)level, .thread = making->lane.thread, .index = tile};
    return add_piece(making->pyramid, &what, bytes, making->error);
}

static int keep_group(void *context, uint64_t group, const struct bytes *bytes)
{
    const struct making *making = context;
    const struct store_entry what = {.kind = PIECE_SLICES,
                                     .level = (uint16_t)making->pyramid->slices_level,
                                     .thread = making->lane.thread,
                                     .index = group};
    return add_piece(making->pyramid, &what, bytes, making->error);
}

int64_t pyramid_child(void *context, uint32_t parent, uint32_t function)
{
    struct pyramid *pyramid = context;
    pthread_mutex_lock(&pyramid->lock);
    uint32_t node = nodes_child(&pyramid->nodes, parent, function);
    pthread_mutex_unlock(&pyramid->lock);
    return node != UINT32_MAX ? (int64_t)node : -1;
}

static int tell_progress(void *context, uint64_t events)
{
    const struct making *making = context;
    struct lane_state *state = &making->pyramid->lanes[making->lane.thread];
    atomic_store(&state->rows, making->lane.deepest);
    atomic_store(&state->done_ns, making->lane.now);
    atomic_fetch_add(&making->pyramid->events_read, events);
    return 0;
}

/* ---- making ----------------------------------------------------------------------------------------------------- */

static int read_thread(struct pyramid *pyramid, uint32_t thread, struct error *error)
{
    struct slices slices;
    struct making making = {.pyramid = pyramid, .error = error};
    struct lane_state *state = &pyramid->lanes[thread];
    const struct calls_watch watch = {tell_progress, &making};
    uint64_t before = pyramid->sums.calls;
    slices_init(&slices, pyramid->slices_level, keep_group, &making);
    making.lane = (struct lane){.tape = pyramid->tape,
                                .thread = thread,
                                .rows = levels_create(state->finest, pyramid->coarsest, keep_tile, &making),
                                .slices = &slices,
                                .habits = pyramid->habits,
                                .sums = &pyramid->sums,
                                .child = pyramid_child,
                                .context = pyramid};
    int status = making.lane.rows != NULL ? lane_read(&making.lane, pyramid->choice, &watch, error)
                                          : error_set(error, "out of memory for the pictures");
    levels_destroy(making.lane.rows);
    slices_free(&slices);
    state->calls = pyramid->sums.calls - before;
    atomic_store(&state->rows, making.lane.deepest);
    if (status == 0)
        atomic_store(&state->done_ns, UINT64_MAX);
    return status;
}

static int add_habits(struct pyramid *pyramid, struct bytes *bytes, struct error *error)
{
    int status = 0;
    for (uint32_t i = 0; i < pyramid->function_count && status == 0; i++) {
        if (pyramid->habits[i] == NULL)
            continue;
        bytes->count = 0;
        habit_write(pyramid->habits[i], bytes);
        const struct store_entry what = {.kind = PIECE_HABIT, .index = i};
        status = add_piece(pyramid, &what, bytes, error);
    }
    return status;
}

static int add_lanes(struct pyramid *pyramid, struct bytes *bytes, struct error *error)
{
    const struct store_entry what = {.kind = PIECE_LANES};
    bytes->count = 0;
    for (uint32_t i = 0; i < pyramid->thread_count; i++) {
        bytes_number(bytes, pyramid->lanes[i].finest);
        bytes_number(bytes, atomic_load(&pyramid->lanes[i].rows));
    }
    return add_piece(pyramid, &what, bytes, error);
}

static int add_nodes(struct pyramid *pyramid, struct bytes *bytes, struct error *error)
{
    const struct store_entry what = {.kind = PIECE_NODES};
    bytes->count = 0;
    pyramid_nodes(pyramid, 1, bytes);
    return add_piece(pyramid, &what, bytes, error);
}

static int make_all(struct pyramid *pyramid, struct error *error)
{
    struct bytes bytes = {0};
    int status = 0;
    uint32_t threads = filter_threads(pyramid->choice, pyramid->tape);
    for (uint32_t i = 0; i < threads && status == 0; i++)
        status = read_thread(pyramid, filter_thread(pyramid->choice, i), error);
    sums_finish(&pyramid->sums, pyramid->tape, pyramid->choice);
    if (status == 0)
        status = add_habits(pyramid, &bytes, error);
    if (status == 0)
        status = add_lanes(pyramid, &bytes, error);
    if (status == 0)
        status = add_nodes(pyramid, &bytes, error);
    bytes_free(&bytes);
    return status == 0 ? store_finish(pyramid->store, error) : status;
}

static void *make(void *context)
{
    struct pyramid *pyramid = context;
    int status = make_all(pyramid, &pyramid->error);
    atomic_store(&pyramid->state, status == 0 ? MADE : FAILED);
    return NULL;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

/* The finest level of a thread. */
static unsigned finest_of(const struct pyramid *pyramid, const struct tape_thread *thread,
                          const struct pyramid_wish *wish)
{
    uint64_t from = tape_ns(pyramid->tape, thread->start_ticks), to = tape_ns(pyramid->tape, thread->end_ticks);
    uint64_t buckets = thread->events / wish->events_a_bucket + 1;
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
    pyramid->ns = tape_ns(tape, tape_session(tape)->end_ticks);
    pyramid->coarsest = level_of_all(pyramid->ns);
    pyramid->slices_level = slices_level(pyramid->ns);
    pyramid->lanes = calloc(pyramid->thread_count + 1, sizeof *pyramid->lanes);
    pyramid->habits = calloc(pyramid->function_count + 1, sizeof *pyramid->habits);
    if (pyramid->lanes == NULL || pyramid->habits == NULL) {
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
    for (uint32_t i = 0; pyramid->habits != NULL && i < pyramid->function_count; i++)
        free(pyramid->habits[i]);
    store_close(pyramid->store);
    nodes_free(&pyramid->nodes);
    pthread_mutex_destroy(&pyramid->lock);
    free(pyramid->habits);
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
    return atomic_load(&pyramid->events_read);
}

int pyramid_state(struct pyramid *pyramid, struct error *error)
{
    enum state state = atomic_load(&pyramid->state);
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

uint32_t pyramid_nodes(struct pyramid *pyramid, uint32_t first, struct bytes *to)
{
    pthread_mutex_lock(&pyramid->lock);
    nodes_write(&pyramid->nodes, first, to);
    uint32_t count = pyramid->nodes.count;
    pthread_mutex_unlock(&pyramid->lock);
    return count;
}
