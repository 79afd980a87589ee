#include "analyze/gather.h"

#include <stdlib.h>

struct gathering {
    const struct gather_kind *kind;
    const struct gather_source *source;
    struct calls_share share;
    struct calls_receiver *receivers; /* one a worker: the context is its sums */
    struct error *errors;
};

static int enter(void *context, uint32_t thread, struct call_parts *parts)
{
    struct gathered *one = context;
    one->thread = thread;
    one->parts = parts;
    return 0;
}

static void end_workers(struct gathering *gathering)
{
    for (uint32_t i = 0; gathering->receivers != NULL && i < gathering->share.workers; i++)
        gathering->kind->destroy(gathering->receivers[i].context);
    free(gathering->receivers);
    free(gathering->errors);
    gathering->receivers = NULL;
    gathering->errors = NULL;
}

static int begin_workers(struct gathering *gathering, const void *plan, struct error *error)
{
    uint32_t workers = gathering->share.workers;
    gathering->receivers = calloc(workers, sizeof *gathering->receivers);
    gathering->errors = calloc(workers, sizeof *gathering->errors);
    if (gathering->receivers == NULL || gathering->errors == NULL)
        return error_set(error, "out of memory for %u readers", workers);
    for (uint32_t i = 0; i < workers; i++) {
        struct gathered *one = gathering->kind->create(plan, error);
        if (one == NULL)
            return -1;
        one->error = &gathering->errors[i];
        gathering->receivers[i] = gathering->kind->receiver;
        gathering->receivers[i].context = one;
    }
    return 0;
}

static int add_up(const struct gathering *gathering, struct gathered *all, struct error *error)
{
    int status = 0;
    for (uint32_t i = 0; i < gathering->share.workers && status == 0; i++) {
        struct gathered *one = gathering->receivers[i].context;
        status = gathering->kind->add(all, one, error);
        sums_move(&all->sums, &one->sums);
    }
    return status;
}

/* As calls_of_tape. */
static int read_share(struct gathering *gathering, const void *plan, struct gathered *all, struct error *error)
{
    const struct gather_source *source = gathering->source;
    int status = begin_workers(gathering, plan, error);
    const struct calls_crew crew = {
        .share = gathering->share,
        .receivers = gathering->receivers,
        .errors = gathering->errors,
        .enter = enter,
        .whole = gathering->kind->whole,
        .join = gathering->kind->join,
    };
    struct tape_times times = {0};
    struct filter_left left = {0};
    if (status == 0)
        status = calls_of_tape(source->tape, source->choice, &crew, source->watch, &times, &left, error);
    if (status == 0)
        status = add_up(gathering, all, error);
    if (status == 0) {
        all->sums.left = left;
        all->sums.times = times;
    }
    end_workers(gathering);
    return status;
}

static int read_threads(const struct gather_kind *kind, const void *plan, const struct gather_source *source,
                        struct gathered *all, const uint32_t *threads, uint32_t count, struct error *error)
{
    struct gathering gathering = {.kind = kind, .source = source, .share = calls_share(source->tape, threads, count)};
    if (source->workers != 0) {
        gathering.share.workers = source->workers;
        gathering.share.piece_events = source->piece_events;
    }
    if (!kind->takes_parts)
        gathering.share.piece_events = UINT64_MAX;
    int status = read_share(&gathering, plan, all, error);
    if (status != CALLS_MISFIT)
        return status;
    gathering.share.piece_events = UINT64_MAX;
    return read_share(&gathering, plan, all, error);
}

void *gather(const struct gather_kind *kind, const void *plan, const struct gather_source *source, struct error *error)
{
    uint32_t count = source->threads != NULL ? source->thread_count : filter_threads(source->choice, source->tape);
    uint32_t *threads = malloc((count + (size_t)1) * sizeof *threads);
    struct gathered *all = threads != NULL ? kind->create(plan, error) : NULL;
    if (threads == NULL)
        error_set(error, "out of memory for %u threads", count);
    for (uint32_t i = 0; threads != NULL && i < count; i++)
        threads[i] = source->threads != NULL ? source->threads[i] : filter_thread(source->choice, i);
    int status = all != NULL ? read_threads(kind, plan, source, all, threads, count, error) : -1;
    free(threads);
    if (status != 0) {
        kind->destroy(all);
        return NULL;
    }
    all->sums.raw = source->raw;
    sums_finish(&all->sums, source->tape, source->choice);
    return all;
}
