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

struct reading {
    struct spreads *spreads;
    struct error *error;
};

static int end(void *context, struct call *call, const struct call *parent)
{
    const struct reading *reading = context;
    const struct spreads *spreads = reading->spreads;
    (void)parent;
    if (!call_counts(call))
        return 0;
    if (spread_add(&spreads->of[spreads->keys[call->function]], spread_ticks(call, spreads->raw)) != 0)
        return error_set(reading->error, "out of memory for percentiles");
    return 0;
}

int spreads_add_thread(struct spreads *spreads, struct tape *tape, uint32_t thread, const struct filter_choice *choice,
                       const struct calls_watch *watch, struct error *error)
{
    struct reading reading = {spreads, error};
    const struct calls_receiver receiver = {.end = end, .context = &reading};
    struct tape_times times = {0};
    struct filter_left left = {0};
    return calls_of_thread(tape, thread, choice, &receiver, watch, &times, &left, error);
}

int spreads_join(struct spreads *to, const struct spreads *from)
{
    int status = 0;
    for (uint32_t i = 0; i < from->count && status == 0; i++)
        status = spread_join(&to->of[i], &from->of[i]);
    return status;
}
