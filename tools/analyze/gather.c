#include "analyze/gather.h"

static int read_thread(const struct gather_kind *kind, struct gathered *one, uint32_t thread,
                       const struct gather_source *source, struct error *error)
{
    struct calls_receiver receiver = kind->receiver;
    receiver.context = one;
    one->error = error;
    one->thread = thread;
    return calls_of_thread(source->tape, thread, source->choice, &receiver, source->watch, &one->sums.times,
                           &one->sums.left, error);
}

static int add_thread(const struct gather_kind *kind, const void *plan, struct gathered *all, uint32_t thread,
                      const struct gather_source *source, struct error *error)
{
    struct gathered *one = kind->create(plan, error);
    int status = one != NULL ? read_thread(kind, one, thread, source, error) : -1;
    if (status == 0)
        status = kind->add(all, one, error);
    if (status == 0)
        sums_move(&all->sums, &one->sums);
    kind->destroy(one);
    return status;
}

void *gather(const struct gather_kind *kind, const void *plan, const struct gather_source *source, struct error *error)
{
    struct gathered *all = kind->create(plan, error);
    int status = all != NULL ? 0 : -1;
    for (uint32_t i = 0; status == 0 && i < filter_threads(source->choice, source->tape); i++)
        status = add_thread(kind, plan, all, filter_thread(source->choice, i), source, error);
    if (status != 0) {
        kind->destroy(all);
        return NULL;
    }
    all->sums.raw = source->raw;
    sums_finish(&all->sums, source->tape, source->choice);
    return all;
}
