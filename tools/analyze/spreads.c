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

static int spreads_join(struct spreads *to, const struct spreads *from)
{
    int status = 0;
    for (uint32_t i = 0; i < from->count && status == 0; i++)
        status = spread_join(&to->of[i], &from->of[i]);
    return status;
}

struct reader {
    struct gathered gathered;
    struct spreads spreads;
    bool failed; /* where nobody could be told */
};

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for percentiles");
}

static int count_call(const struct spreads *spreads, const struct call *call)
{
    struct spread *spread = &spreads->of[spreads->keys[call->function]];
    return call_counts(call) ? spread_add(spread, spread_ticks(call, spreads->raw)) : 0;
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct reader *reader = context;
    (void)parent;
    int status = reader->failed       ? -1
                 : call_is_part(call) ? call_parts_add(reader->gathered.parts, call)
                                      : count_call(&reader->spreads, call);
    return status == 0 ? 0 : no_memory(reader->gathered.error);
}

static void whole(void *context, const struct call *call)
{
    struct reader *reader = context;
    reader->failed = count_call(&reader->spreads, call) != 0 || reader->failed;
}

static void *create(const void *plan, struct error *error)
{
    const struct spreads *like = plan;
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader != NULL && spreads_init(&reader->spreads, like->keys, like->count, like->raw) == 0)
        return reader;
    free(reader);
    no_memory(error);
    return NULL;
}

static void destroy(void *sums)
{
    struct reader *reader = sums;
    if (reader != NULL)
        spreads_free(&reader->spreads);
    free(reader);
}

static int add(void *to, const void *from, struct error *error)
{
    struct reader *all = to;
    const struct reader *one = from;
    return !one->failed && spreads_join(&all->spreads, &one->spreads) == 0 ? 0 : no_memory(error);
}

static const struct gather_kind spreads_kind = {
    .receiver = {.end = end},
    .create = create,
    .destroy = destroy,
    .add = add,
    .takes_parts = true,
    .whole = whole,
};

int spreads_add(struct spreads *spreads, const struct gather_source *source, struct error *error)
{
    struct reader *read = gather(&spreads_kind, spreads, source, error);
    int status = read == NULL ? -1 : spreads_join(spreads, &read->spreads) == 0 ? 0 : no_memory(error);
    destroy(read);
    return status;
}
