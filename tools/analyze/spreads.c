#include "analyze/spreads.h"

#include <stdlib.h>

int spreads_init(struct spreads *spreads, const uint32_t *keys, uint32_t count, bool raw)
{
    *spreads = (struct spreads){calloc(count, sizeof *spreads->of), keys, count, raw};
    return spreads->of != NULL ? 0 : -1;
}

void spreads_clear(struct spreads *spreads)
{
    for (uint32_t i = 0; spreads->of != NULL && i < spreads->count; i++)
        spread_free(&spreads->of[i]);
}

void spreads_free(struct spreads *spreads)
{
    spreads_clear(spreads);
    free(spreads->of);
    spreads->of = NULL;
}

/* What one worker reads goes here. */
struct reader {
    struct spreads spreads;
    struct call_parts *parts; /* of the piece being read */
    struct error *error;
    bool failed;
};

static int no_memory(const struct reader *reader)
{
    return error_set(reader->error, "out of memory for percentiles");
}

static int count_call(struct reader *reader, const struct call *call)
{
    const struct spreads *spreads = &reader->spreads;
    struct spread *spread = &spreads->of[spreads->keys[call->function]];
    return !call_counts(call) || spread_add(spread, spread_ticks(call, spreads->raw)) == 0 ? 0 : no_memory(reader);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct reader *reader = context;
    (void)parent;
    if (reader->failed)
        return no_memory(reader);
    if (call_is_part(call))
        return call_parts_add(reader->parts, call) == 0 ? 0 : no_memory(reader);
    return count_call(reader, call);
}

static void whole(void *context, const struct call *call)
{
    struct reader *reader = context;
    reader->failed = count_call(reader, call) != 0 || reader->failed;
}

static int enter(void *context, uint32_t thread, struct call_parts *parts)
{
    struct reader *reader = context;
    (void)thread;
    reader->parts = parts;
    return 0;
}

static int read_share(struct spreads *to, struct reader *readers, struct calls_crew *crew, struct tape *tape,
                      const struct filter_choice *choice, const struct calls_watch *watch, struct error *error)
{
    struct calls_receiver *receivers = calloc(crew->share.workers, sizeof *receivers);
    struct tape_times times = {0};
    struct filter_left left = {0};
    int status = receivers != NULL ? 0 : -1;
    for (uint32_t i = 0; i < crew->share.workers && status == 0; i++) {
        receivers[i] = (struct calls_receiver){.end = end, .context = &readers[i]};
        readers[i].error = &crew->errors[i];
        status = spreads_init(&readers[i].spreads, to->keys, to->count, to->raw);
    }
    crew->receivers = receivers;
    if (status != 0)
        error_set(error, "out of memory for percentiles");
    else
        status = calls_of_tape(tape, choice, crew, watch, &times, &left, error);
    for (uint32_t i = 0; i < crew->share.workers && status == 0; i++)
        if (readers[i].failed || spreads_join(to, &readers[i].spreads) != 0)
            status = error_set(error, "out of memory for percentiles");
    free(receivers);
    return status;
}

static int try_share(struct spreads *to, const struct calls_share *share, struct tape *tape,
                     const struct filter_choice *choice, const struct calls_watch *watch, struct error *error)
{
    struct reader *readers = calloc(share->workers, sizeof *readers);
    struct error *errors = calloc(share->workers, sizeof *errors);
    struct calls_crew crew = {.share = *share, .errors = errors, .enter = enter, .whole = whole};
    int status = -1;
    if (readers != NULL && errors != NULL)
        status = read_share(to, readers, &crew, tape, choice, watch, error);
    else
        error_set(error, "out of memory for %u readers", share->workers);
    for (uint32_t i = 0; readers != NULL && i < share->workers; i++)
        spreads_free(&readers[i].spreads);
    free(readers);
    free(errors);
    return status;
}

int spreads_add_threads(struct spreads *spreads, struct tape *tape, const struct calls_share *share,
                        const struct filter_choice *choice, const struct calls_watch *watch, struct error *error)
{
    struct calls_share whole_threads = *share;
    int status = try_share(spreads, share, tape, choice, watch, error);
    whole_threads.piece_events = UINT64_MAX;
    return status != CALLS_MISFIT ? status : try_share(spreads, &whole_threads, tape, choice, NULL, error);
}

int spreads_join(struct spreads *to, const struct spreads *from)
{
    int status = 0;
    for (uint32_t i = 0; i < from->count && status == 0; i++)
        status = spread_join(&to->of[i], &from->of[i]);
    return status;
}
