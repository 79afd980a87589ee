#include "view/making.h"

#include <stdlib.h>

#include "view/curves.h"
#include "view/window.h"

/* A thread that can't be begun within is one window: each would have to be read from before it. */
enum { WINDOW_CALLS_MOST = CALLS_PIECE_EVENTS };

struct making {
    struct pyramid *pyramid;
    struct calls_share share;
    uint32_t *threads;     /* of the share: those chosen */
    pthread_mutex_t mutex; /* of all that follows */
    /* The thread of which windows are given out. */
    uint32_t next_thread, thread; /* of the share's; its number */
    unsigned level;               /* a window is 4^level ns */
    uint64_t first, next, last;   /* windows; none are left where next is behind last */
    uint64_t given, done_count;   /* windows of all threads */
    struct window *done;          /* read, but not joined */
    struct joined joined;
    int status;
    const struct error *error_of; /* the first that failed */
};

struct worker {
    struct making *making;
    struct habit **habits;
    struct error error;
    pthread_t id;
    bool started;
};

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for the pictures");
}

int making_add(struct pyramid *pyramid, const struct store_entry *what, const struct bytes *bytes, struct error *error)
{
    if (bytes->failed)
        return no_memory(error);
    if (atomic_load(&pyramid->stop))
        return error_set(error, "stopped");
    return store_add(pyramid->store, what, bytes, error);
}

/* ---- giving windows out ----------------------------------------------------------------------------------------- */

/* So that a window has some share.piece_events on the mean. */
static unsigned window_level(const struct making *making, const struct tape_thread *it)
{
    const struct pyramid *pyramid = making->pyramid;
    uint64_t ns = tape_ns(pyramid->tape, it->end_ticks) - tape_ns(pyramid->tape, it->start_ticks);
    unsigned whole = pyramid->coarsest + 4, level = pyramid->lanes[making->thread].finest + 4;
    if (level < pyramid->slices_level)
        level = pyramid->slices_level;
    while (level < whole && ns >> (2 * level) > it->events / making->share.piece_events)
        level++;
    return it->events > making->share.piece_events && level < whole && !pyramid->counted ? level : whole;
}

static void begin_thread(struct making *making)
{
    const struct pyramid *pyramid = making->pyramid;
    uint32_t count;
    making->thread = making->threads[making->next_thread++];
    const struct tape_thread *it = &tape_threads(pyramid->tape, &count)[making->thread];
    unsigned whole = pyramid->coarsest + 4;
    making->level = window_level(making, it);
    if (making->level < whole && starts_most_calls(pyramid->starts, making->thread) > WINDOW_CALLS_MOST)
        making->level = whole;
    making->next = making->first = tape_ns(pyramid->tape, it->start_ticks) >> (2 * making->level);
    making->last = tape_ns(pyramid->tape, it->end_ticks) >> (2 * making->level);
}

static struct window *new_window(struct making *making)
{
    struct window *window = calloc(1, sizeof *window);
    if (window == NULL)
        return NULL;
    window->number = making->given++;
    window->thread = making->thread;
    window->coarsest = making->level - 4;
    window->start = making->next << (2 * making->level);
    window->first = making->next == making->first;
    window->last = making->next == making->last;
    window->until = window->last ? UINT64_MAX : (making->next + 1) << (2 * making->level);
    making->next++;
    return window;
}

/* 1: *window is the next; 0: there is none; -1. */
static int give(struct making *making, struct window **window, struct error *error)
{
    if (making->status != 0)
        return 0;
    if (making->next > making->last) {
        if (making->next_thread == making->share.thread_count)
            return 0;
        begin_thread(making);
    }
    *window = new_window(making);
    return *window != NULL ? 1 : no_memory(error);
}

/* ---- workers ---------------------------------------------------------------------------------------------------- */

static struct window *next_done(struct making *making)
{
    struct window **at = &making->done;
    while (*at != NULL && (*at)->number != making->done_count)
        at = &(*at)->next;
    struct window *next = *at;
    if (next != NULL)
        *at = next->next;
    return next;
}

/* Joins what follows upon what was joined before. */
static int join(struct making *making, struct window *window, struct error *error)
{
    int status = 0;
    window->next = making->done;
    making->done = window;
    making->joined.error = error;
    while (status == 0 && (window = next_done(making)) != NULL) {
        status = joined_add(&making->joined, window);
        making->done_count++;
        window_free(window);
    }
    return status;
}

/* The lock is held but while it reads. 1: there was a window. */
static int work_once(struct worker *worker)
{
    struct making *making = worker->making;
    struct window *window;
    int status = give(making, &window, &worker->error);
    if (status <= 0)
        return status;
    pthread_mutex_unlock(&making->mutex);
    status = window_read(window, making->pyramid, worker->habits, &worker->error);
    pthread_mutex_lock(&making->mutex);
    if (status == 0 && making->status == 0)
        return join(making, window, &worker->error) == 0 ? 1 : -1;
    window_free(window);
    return status;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct making *making = worker->making;
    int status;
    pthread_mutex_lock(&making->mutex);
    while ((status = work_once(worker)) > 0)
        ;
    if (status < 0 && making->status == 0) {
        making->status = -1;
        making->error_of = &worker->error;
    }
    pthread_mutex_unlock(&making->mutex);
    return NULL;
}

/* The first works in this thread; where others can't be started it does all. */
static int run(struct making *making, struct worker *workers, struct error *error)
{
    for (uint32_t i = 1; i < making->share.workers; i++)
        workers[i].started = pthread_create(&workers[i].id, NULL, work, &workers[i]) == 0;
    work(&workers[0]);
    for (uint32_t i = 1; i < making->share.workers; i++)
        if (workers[i].started)
            pthread_join(workers[i].id, NULL);
    if (making->error_of != NULL)
        *error = *making->error_of;
    return making->status;
}

/* ---- what is left to be stored ---------------------------------------------------------------------------------- */

static int add_habits(struct pyramid *pyramid, struct habit **habits, struct bytes *bytes, struct error *error)
{
    int status = 0;
    for (uint32_t i = 0; i < pyramid->function_count && status == 0; i++) {
        if (habits[i] == NULL)
            continue;
        bytes->count = 0;
        habit_write(habits[i], bytes);
        const struct store_entry what = {.kind = PIECE_HABIT, .index = i};
        status = making_add(pyramid, &what, bytes, error);
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
    return making_add(pyramid, &what, bytes, error);
}

static int add_nodes(struct pyramid *pyramid, struct bytes *bytes, struct error *error)
{
    const struct store_entry what = {.kind = PIECE_NODES};
    bytes->count = 0;
    pyramid_nodes(pyramid, 1, bytes);
    return making_add(pyramid, &what, bytes, error);
}

static int add_curves(struct pyramid *pyramid, struct bytes *bytes, struct error *error)
{
    const struct store_entry what = {.kind = PIECE_CURVES};
    bytes->count = 0;
    int status = curves_write(pyramid, bytes, error);
    return status == 0 ? making_add(pyramid, &what, bytes, error) : status;
}

static int add_rest(struct pyramid *pyramid, struct habit **habits, struct error *error)
{
    struct bytes bytes = {0};
    int status = add_habits(pyramid, habits, &bytes, error);
    if (status == 0)
        status = add_lanes(pyramid, &bytes, error);
    if (status == 0)
        status = add_nodes(pyramid, &bytes, error);
    if (status == 0)
        status = add_curves(pyramid, &bytes, error);
    bytes_free(&bytes);
    if (status == 0)
        store_finish(pyramid->store);
    return status;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

/* Moves what a worker counted to `all`. */
static void take_habits(struct habit **all, struct habit **habits, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (habits[i] == NULL)
            continue;
        if (all[i] == NULL) {
            all[i] = habits[i];
            continue;
        }
        habit_add(all[i], habits[i]);
        free(habits[i]);
    }
}

static int make(struct making *making, struct worker *workers, struct error *error)
{
    uint32_t functions = making->pyramid->function_count;
    making->joined.habits = calloc(functions + (size_t)1, sizeof(struct habit *));
    bool good = making->joined.habits != NULL;
    for (uint32_t i = 0; i < making->share.workers && good; i++) {
        workers[i].making = making;
        workers[i].habits = calloc(functions + (size_t)1, sizeof(struct habit *));
        good = workers[i].habits != NULL;
    }
    int status = good ? run(making, workers, error) : no_memory(error);
    for (uint32_t i = 0; i < making->share.workers && workers[i].habits != NULL; i++) {
        take_habits(making->joined.habits, workers[i].habits, functions);
        free(workers[i].habits);
    }
    if (status == 0)
        status = add_rest(making->pyramid, making->joined.habits, error);
    for (uint32_t i = 0; making->joined.habits != NULL && i < functions; i++)
        free(making->joined.habits[i]);
    free(making->joined.habits);
    return status;
}

int making_run(struct pyramid *pyramid, struct error *error)
{
    struct making making = {
        .pyramid = pyramid, .mutex = PTHREAD_MUTEX_INITIALIZER, .next = 1, .joined = {.pyramid = pyramid}};
    uint32_t threads = filter_threads(pyramid->choice, pyramid->tape);
    making.threads = malloc((threads + (size_t)1) * sizeof *making.threads);
    if (making.threads == NULL)
        return no_memory(error);
    for (uint32_t i = 0; i < threads; i++)
        making.threads[i] = filter_thread(pyramid->choice, i);
    making.share = calls_share(pyramid->tape, making.threads, threads);
    struct worker *workers = calloc(making.share.workers, sizeof *workers);
    int status = workers != NULL ? make(&making, workers, error) : no_memory(error);
    sums_finish(&pyramid->sums, pyramid->tape, pyramid->choice);
    for (struct window *window = making.done, *next; window != NULL; window = next) {
        next = window->next;
        window_free(window);
    }
    joined_free(&making.joined);
    free(workers);
    free(making.threads);
    return status;
}
