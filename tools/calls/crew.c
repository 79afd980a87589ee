#include "calls/crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "calls/parts.h"
#include "calls/reading.h"

enum { WORKERS_MOST = 8, PROGRESS_EVENTS = 1 << 16 };

/* A piece that was read. */
struct piece_done {
    struct piece_done *next;
    uint64_t number;       /* within its thread */
    uint64_t begun, ended; /* what was open at its ends */
    bool last;
    struct call_parts parts;
};

/* One thread's pieces being put together. */
struct thread_pieces {
    struct thread_pieces *next;
    uint64_t taken, joined;  /* numbers of the next */
    uint64_t ended;          /* what was open behind the last one joined */
    struct piece_done *done; /* not yet joined */
    struct wholes wholes;
};

struct work {
    struct tape *tape;
    const struct filter_choice *choice;
    const struct calls_crew *crew;
    const struct calls_watch *watch;
    uint64_t piece_events;
    struct tape_range range; /* in which threads are parted */
    pthread_mutex_t mutex;   /* of all that follows */
    uint32_t next_thread;
    struct tape_splitter *splitter; /* of the thread before that one, while it has pieces to give */
    struct thread_pieces *giving;   /* its */
    struct thread_pieces *threads;  /* that are not all joined */
    int status;
    const struct error *error_of; /* the first that failed */
};

struct worker {
    struct work *work;
    struct error *error;
    struct reading reading;
    struct calls_watch watch;
    uint64_t events; /* not yet told */
    struct tape_piece piece;
    struct thread_pieces *of; /* its */
    struct piece_done *done;  /* what comes of it */
    pthread_t id;
    bool started;
};

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for reading in pieces");
}

/* ---- giving pieces out ------------------------------------------------------------------------------------------ */

static int begin_thread(struct work *work, struct error *error)
{
    struct thread_pieces *pieces = calloc(1, sizeof *pieces);
    if (pieces == NULL)
        return no_memory(error);
    pieces->next = work->threads;
    work->threads = work->giving = pieces;
    work->splitter = tape_splitter_open(work->tape, work->crew->share.threads[work->next_thread++], work->range, error);
    return work->splitter != NULL ? 0 : -1;
}

static void end_thread(struct work *work)
{
    tape_splitter_close(work->splitter);
    work->splitter = NULL;
}

/* The next piece of any thread: 1; 0: all are given out; -1. */
static int next_piece(struct work *work, struct tape_piece *piece, struct error *error)
{
    while (work->splitter != NULL || work->next_thread < work->crew->share.thread_count) {
        if (work->splitter == NULL && begin_thread(work, error) != 0)
            return -1;
        int status = tape_splitter_next(work->splitter, work->piece_events, piece, error);
        if (status != 0)
            return status;
        end_thread(work);
    }
    return 0;
}

static int take(struct worker *worker)
{
    struct work *work = worker->work;
    int status = work->status == 0 ? next_piece(work, &worker->piece, worker->error) : 0;
    if (status <= 0)
        return status;
    worker->of = work->giving;
    worker->done = calloc(1, sizeof *worker->done);
    if (worker->done == NULL) {
        tape_piece_free(&worker->piece);
        return no_memory(worker->error);
    }
    worker->done->number = worker->of->taken++;
    worker->done->last = tape_piece_is_last(work->tape, &worker->piece);
    return 1;
}

/* ---- putting them together -------------------------------------------------------------------------------------- */

static void free_done(struct piece_done *done)
{
    call_parts_free(&done->parts);
    free(done);
}

static void free_thread(struct work *work, struct thread_pieces *pieces)
{
    struct thread_pieces **at = &work->threads;
    while (*at != pieces)
        at = &(*at)->next;
    *at = pieces->next;
    for (struct piece_done *done = pieces->done, *next; done != NULL; done = next) {
        next = done->next;
        free_done(done);
    }
    wholes_free(&pieces->wholes);
    free(pieces);
}

static struct piece_done *next_done(struct thread_pieces *pieces)
{
    struct piece_done **at = &pieces->done;
    while (*at != NULL && (*at)->number != pieces->joined)
        at = &(*at)->next;
    struct piece_done *next = *at;
    if (next != NULL)
        *at = next->next;
    return next;
}

static int join_one(struct worker *worker, struct thread_pieces *pieces, const struct piece_done *done)
{
    const struct calls_crew *crew = worker->work->crew;
    if (pieces->joined++ != 0 && done->begun != pieces->ended)
        return 1;
    pieces->ended = done->ended;
    const struct wholes_receiver receiver = {crew->whole, crew->join, worker->reading.receiver->context};
    if (crew->whole == NULL || wholes_add(&pieces->wholes, &done->parts, &receiver) == 0)
        return 0;
    return no_memory(worker->error);
}

/* What follows upon what was joined before. */
static int join(struct worker *worker)
{
    struct thread_pieces *pieces = worker->of;
    int status = 0;
    bool last = false;
    worker->done->next = pieces->done;
    pieces->done = worker->done;
    for (struct piece_done *done; status == 0 && (done = next_done(pieces)) != NULL;) {
        status = join_one(worker, pieces, done);
        last = done->last;
        free_done(done);
    }
    if (last && status == 0)
        free_thread(worker->work, pieces);
    return status;
}

/* ---- workers ---------------------------------------------------------------------------------------------------- */

static int tell_progress(struct worker *worker)
{
    const struct calls_watch *watch = worker->work->watch;
    pthread_mutex_lock(&worker->work->mutex);
    int status = watch->progress(watch->context, worker->events);
    pthread_mutex_unlock(&worker->work->mutex);
    worker->events = 0;
    return status;
}

static int progress(void *context, uint64_t events)
{
    struct worker *worker = context;
    worker->events += events;
    return worker->events >= PROGRESS_EVENTS ? tell_progress(worker) : 0;
}

static int read_one(struct worker *worker)
{
    const struct calls_crew *crew = worker->work->crew;
    void *context = worker->reading.receiver->context;
    if (crew->enter != NULL && crew->enter(context, worker->piece.thread, &worker->done->parts) != 0)
        return -1;
    int status = read_piece(&worker->reading, &worker->piece, worker->error);
    worker->done->begun = worker->reading.begun;
    worker->done->ended = worker->reading.ended;
    return status;
}

/* Reads one piece; the lock is held but while it does. 1: there was one. */
static int work_once(struct worker *worker)
{
    int status = take(worker);
    if (status <= 0)
        return status;
    pthread_mutex_unlock(&worker->work->mutex);
    status = read_one(worker);
    tape_piece_free(&worker->piece);
    pthread_mutex_lock(&worker->work->mutex);
    if (status != 0)
        free_done(worker->done);
    else if ((status = join(worker)) == 0)
        return 1;
    if (worker->work->status == 0)
        worker->work->status = status < 0 ? -1 : CALLS_MISFIT;
    return -1;
}

static void *work_on(void *argument)
{
    struct worker *worker = argument;
    struct work *work = worker->work;
    pthread_mutex_lock(&work->mutex);
    int status;
    while ((status = work_once(worker)) > 0)
        ;
    if (status < 0 && work->status == 0)
        work->status = -1;
    if (work->status == -1 && status < 0 && work->error_of == NULL)
        work->error_of = worker->error;
    pthread_mutex_unlock(&work->mutex);
    if (worker->events != 0)
        tell_progress(worker);
    return NULL;
}

struct calls_force calls_force;

/* A piece's last run ends in the block behind it, which so is read twice: pieces are large, but enough of them that all
 * workers end at about the same time. */
static uint64_t piece_size(uint64_t worker_events)
{
    const uint64_t least = CALLS_PIECE_EVENTS, most = 16 * least, size = worker_events / 8;
    if (size < least)
        return least;
    return size < most ? size : most;
}

struct calls_share calls_share(const struct tape *tape, const uint32_t *threads, uint32_t count)
{
    uint32_t all;
    uint64_t events = 0;
    cpu_set_t set;
    if (calls_force.workers != 0)
        return (struct calls_share){threads, count, calls_force.workers, calls_force.piece_events};
    for (uint32_t i = 0; i < count; i++)
        events += tape_threads(tape, &all)[threads[i]].events;
    uint64_t cores = sched_getaffinity(0, sizeof set, &set) == 0 ? (uint64_t)CPU_COUNT(&set) : 1;
    uint64_t worth = events / CALLS_PIECE_EVENTS + 1, most = worth < WORKERS_MOST ? worth : WORKERS_MOST;
    uint32_t workers = (uint32_t)(cores < most ? cores : most);
    return (struct calls_share){threads, count, workers, workers > 1 ? piece_size(events / workers) : UINT64_MAX};
}

static struct worker *make_workers(struct work *work, struct error *error)
{
    const struct calls_crew *crew = work->crew;
    struct worker *workers = calloc(crew->share.workers, sizeof *workers);
    if (workers == NULL)
        no_memory(error);
    for (uint32_t i = 0; workers != NULL && i < crew->share.workers; i++) {
        struct worker *worker = &workers[i];
        worker->work = work;
        worker->error = &crew->errors[i];
        worker->watch = (struct calls_watch){progress, worker};
        worker->reading = (struct reading){
            .tape = work->tape,
            .choice = work->choice,
            .receiver = &crew->receivers[i],
            .watch = work->watch != NULL ? &worker->watch : NULL,
            .run = 1,
        };
    }
    return workers;
}

/* The first works in this thread; where others can't be started it does all. */
static void run(struct worker *workers, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        workers[i].started = pthread_create(&workers[i].id, NULL, work_on, &workers[i]) == 0;
    work_on(&workers[0]);
    for (uint32_t i = 1; i < count; i++)
        if (workers[i].started)
            pthread_join(workers[i].id, NULL);
}

int calls_of_tape(struct tape *tape, const struct filter_choice *choice, const struct calls_crew *crew,
                  const struct calls_watch *watch, struct tape_times *times, struct filter_left *left,
                  struct error *error)
{
    struct work work = {
        .tape = tape,
        .choice = choice,
        .crew = crew,
        .watch = watch,
        .piece_events = UINT64_MAX,
        .range = {0, UINT64_MAX},
        .mutex = PTHREAD_MUTEX_INITIALIZER,
    };
    if (filter_allows_pieces(choice)) {
        work.piece_events = crew->share.piece_events;
        work.range = filter_range(choice);
    }
    struct worker *workers = make_workers(&work, error);
    if (workers == NULL)
        return -1;
    run(workers, crew->share.workers);
    for (uint32_t i = 0; i < crew->share.workers && work.status == 0; i++) {
        tape_times_add(times, &workers[i].reading.times);
        filter_left_sum(left, &workers[i].reading.left);
    }
    while (work.threads != NULL)
        free_thread(&work, work.threads);
    tape_splitter_close(work.splitter);
    free(workers);
    if (work.error_of != NULL)
        *error = *work.error_of;
    return work.status;
}
