#include "analyze/samples.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/agreement.h"

/* What each worker begins with. */
struct plan {
    struct tape *tape;
    const struct filter_choice *choice;
    bool per_thread;
};

/* call.tag: the sample. */

static int no_memory(const struct samples *samples)
{
    return error_set(samples->gathered.error, "out of memory after %zu paths", samples->count);
}

/* ---- samples ----------------------------------------------------------------------------------------------------- */

/* Where the child stands in the table, or the free place for it. */
static uint32_t *find_slot(const struct samples *samples, uint32_t parent, uint32_t function)
{
    uint64_t mixed = ((uint64_t)parent << 32 | function) * UINT64_C(0x9e3779b97f4a7c15);
    size_t slot = (size_t)(mixed >> 32) & (samples->slots - 1);
    for (; samples->table[slot] != 0; slot = (slot + 1) & (samples->slots - 1)) {
        const struct sample *sample = &samples->of[samples->table[slot]];
        if (sample->parent == parent && sample->function == function)
            break;
    }
    return &samples->table[slot];
}

static int grow_table(struct samples *samples)
{
    size_t slots = samples->slots != 0 ? 2 * samples->slots : 1024;
    uint32_t *table = calloc(slots, sizeof *table);
    if (table == NULL)
        return -1;
    free(samples->table);
    samples->table = table;
    samples->slots = slots;
    for (size_t i = samples->roots; i < samples->count; i++)
        *find_slot(samples, samples->of[i].parent, samples->of[i].function) = (uint32_t)i;
    return 0;
}

static int add_sample(struct samples *samples, uint32_t function, uint32_t parent)
{
    if (samples->count == samples->room) {
        size_t room = samples->room != 0 ? samples->room + samples->room / 2 : 256;
        struct sample *of = realloc(samples->of, room * sizeof *of);
        if (of == NULL)
            return -1;
        samples->of = of;
        samples->room = room;
    }
    samples->of[samples->count++] = (struct sample){.function = function, .parent = parent};
    return 0;
}

/* The child's index, made where there is none; 0: there is no room for another; -1: no memory. What is deeper always
 * has room: it is one child more of each at most. */
static int64_t child_of(struct samples *samples, uint32_t parent, uint32_t function)
{
    if (2 * (samples->count - samples->roots) >= samples->slots && grow_table(samples) != 0)
        return -1;
    uint32_t *slot = find_slot(samples, parent, function);
    if (*slot != 0)
        return (int64_t)*slot;
    if (function != SAMPLES_DEEPER && samples->count - samples->roots >= PATHS_MOST_NODES) {
        samples->full = true;
        return 0;
    }
    *slot = (uint32_t)samples->count;
    return add_sample(samples, function, parent) == 0 ? (int64_t)*slot : -1;
}

/* ---- calls ------------------------------------------------------------------------------------------------------- */

static int64_t place_of(struct samples *samples, const struct call *call, uint32_t parent)
{
    int64_t place = 0;
    if (samples->of[parent].function == SAMPLES_DEEPER)
        return parent;
    if (call->depth < PATHS_MOST_DEPTH)
        place = child_of(samples, parent, samples->same[call->function].same);
    return place != 0 ? place : child_of(samples, parent, SAMPLES_DEEPER);
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct samples *samples = context;
    int64_t place = place_of(samples, call, parent != NULL ? parent->tag : samples->root_of[samples->gathered.thread]);
    call->tag = (uint32_t)place;
    return place >= 0 ? 0 : no_memory(samples);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct samples *samples = context;
    struct sample *sample = &samples->of[call->tag];
    (void)parent;
    sums_call(&samples->gathered.sums, call);
    sample->calls += call_counts(call);
    sample->ns += call_self_ticks(call);
    sample->cost += call_self_cost(call);
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    struct samples *samples = context;
    sums_note(&samples->gathered.sums, event);
    return 0;
}

/* ---- by several workers ------------------------------------------------------------------------------------------ */

static void destroy(void *sums)
{
    struct samples *samples = sums;
    if (samples == NULL)
        return;
    free(samples->of);
    free(samples->table);
    free(samples->root_of);
    free(samples);
}

/* A root for each part of the recording, which is the same for all workers. */
static int add_roots(struct samples *samples, const struct plan *plan)
{
    uint32_t threads, processes, several = 0;
    const struct tape_thread *thread = tape_threads(plan->tape, &threads);
    tape_processes(plan->tape, &processes);
    uint32_t *roots =
        calloc(processes + (size_t)1, sizeof *roots); /* by process: 1 where it has calls, then its root */
    samples->root_of = calloc(threads + (size_t)1, sizeof *samples->root_of);
    int status = roots != NULL && samples->root_of != NULL ? 0 : -1;
    uint32_t count = filter_threads(plan->choice, plan->tape);
    for (uint32_t i = 0; status == 0 && i < count; i++) {
        const struct tape_thread *it = &thread[filter_thread(plan->choice, i)];
        several += roots[it->process] == 0 && it->events != 0;
        roots[it->process] |= it->events != 0;
    }
    if (!plan->per_thread && several < 2 && status == 0)
        status = add_sample(samples, CT_NONE, CT_NONE);
    for (uint32_t i = 0; !plan->per_thread && several > 1 && i < processes && status == 0; i++) {
        roots[i] = (uint32_t)samples->count;
        status = add_sample(samples, CT_NONE, i);
    }
    for (uint32_t i = 0; i < threads && status == 0; i++) {
        samples->root_of[i] = plan->per_thread ? i : several > 1 ? roots[thread[i].process] : 0;
        if (plan->per_thread)
            status = add_sample(samples, CT_NONE, i);
    }
    samples->roots = samples->count;
    free(roots);
    return status;
}

static void *create(const void *context, struct error *error)
{
    const struct plan *plan = context;
    uint32_t functions;
    struct samples *samples = calloc(1, sizeof *samples);
    if (samples != NULL) {
        samples->same = tape_functions(plan->tape, &functions);
        samples->per_thread = plan->per_thread;
        if (add_roots(samples, plan) == 0)
            return samples;
    }
    destroy(samples);
    error_set(error, "out of memory for the roots of paths");
    return NULL;
}

static int64_t joined_place(struct samples *to, uint32_t parent, uint32_t function)
{
    if (to->of[parent].function == SAMPLES_DEEPER)
        return parent;
    int64_t place = child_of(to, parent, function);
    return place != 0 ? place : child_of(to, parent, SAMPLES_DEEPER);
}

static int join(struct samples *to, const struct samples *from, uint32_t *places)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct sample *sample = &from->of[i];
        int64_t place = i < from->roots ? (int64_t)i : joined_place(to, places[sample->parent], sample->function);
        if (place < 0)
            return -1;
        places[i] = (uint32_t)place;
        to->of[place].calls += sample->calls;
        to->of[place].ns += sample->ns;
        to->of[place].cost += sample->cost;
    }
    return 0;
}

static void exchange(struct samples *one, struct samples *other)
{
    struct samples kept = *one;
    *one = *other;
    *other = kept;
    other->gathered = one->gathered;
    one->gathered = kept.gathered;
}

/* The first is taken as it is. */
static int add(void *to, const void *from, struct error *error)
{
    struct samples *all = to, *one = (struct samples *)(uintptr_t)from;
    if (all->count == all->roots) {
        exchange(all, one);
        return 0;
    }
    uint32_t *places = malloc((one->count + 1) * sizeof *places);
    int status = places != NULL ? join(all, one, places) : -1;
    all->full = all->full || one->full;
    free(places);
    return status == 0 ? 0 : error_set(error, "out of memory after %zu paths", all->count);
}

static const struct gather_kind samples_kind = {
    .receiver = {.begin = begin, .end = end, .note = note},
    .create = create,
    .destroy = destroy,
    .add = add,
    .takes_parts = true,
};

/* ---- agreement with a profile ------------------------------------------------------------------------------------ */

/* By function; what functions' own samples lack of their selfs is that of their calls that are deeper. */
struct agreements {
    struct agreement *of;
    uint64_t *calls; /* that have no samples of their own */
    bool *by_calls;  /* none of its samples has any time: calls are the shares */
    struct agreement deeper;
};

/* Of no time at all, a call is a share. */
static uint64_t deeper_part(const struct sample *sample)
{
    return sample->ns + sample->calls;
}

static void compare(struct agreements *all, const struct samples *samples, const struct profile *profile)
{
    for (size_t i = 0; i < profile->count; i++) {
        all->of[profile->rows[i].function].wanted = profile->rows[i].self.ns;
        all->calls[profile->rows[i].function] = profile->rows[i].calls;
    }
    for (size_t i = samples->roots; i < samples->count; i++) {
        const struct sample *sample = &samples->of[i];
        if (sample->function == SAMPLES_DEEPER) {
            all->deeper.are += deeper_part(sample);
            continue;
        }
        all->of[sample->function].are += sample->ns;
        all->calls[sample->function] -= sample->calls;
    }
    for (size_t i = 0; i < profile->count; i++) {
        const struct profile_row *row = &profile->rows[i];
        struct agreement *of = &all->of[row->function];
        if (all->calls[row->function] != 0 && of->wanted > of->are) {
            all->deeper.wanted += of->wanted - of->are;
            of->wanted = of->are;
        }
        all->by_calls[row->function] = of->wanted != 0 && of->are == 0;
        if (all->by_calls[row->function])
            of->are = row->calls;
    }
}

static void agree(struct agreements *all, struct sample *sample)
{
    if (sample->function == SAMPLES_DEEPER)
        sample->ns = agreed(&all->deeper, deeper_part(sample));
    else
        sample->ns = agreed(&all->of[sample->function], all->by_calls[sample->function] ? sample->calls : sample->ns);
}

static uint32_t functions_of(const struct samples *samples, const struct profile *profile)
{
    uint32_t most = 0;
    for (size_t i = 0; i < profile->count; i++)
        most = profile->rows[i].function > most ? profile->rows[i].function : most;
    for (size_t i = samples->roots; i < samples->count; i++)
        if (samples->of[i].function < SAMPLES_DEEPER && samples->of[i].function > most)
            most = samples->of[i].function;
    return most + 1;
}

int samples_agree(struct samples *samples, const struct profile *profile)
{
    uint32_t functions = functions_of(samples, profile);
    struct agreements all = {
        .of = calloc(functions, sizeof *all.of),
        .calls = calloc(functions, sizeof *all.calls),
        .by_calls = calloc(functions, sizeof *all.by_calls),
    };
    bool good = all.of != NULL && all.calls != NULL && all.by_calls != NULL;
    if (good)
        compare(&all, samples, profile);
    for (size_t i = samples->roots; good && i < samples->count; i++)
        agree(&all, &samples->of[i]);
    free(all.of);
    free(all.calls);
    free(all.by_calls);
    return good ? 0 : -1;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

/* From ticks. */
static void finish(struct samples *samples, struct scale scale)
{
    free(samples->table);
    samples->table = NULL;
    for (size_t i = 0; i < samples->count; i++) {
        struct sample *sample = &samples->of[i];
        const struct took took = {.ticks = sample->ns, .cost = sample->cost};
        sample->ns = took_duration(&took, scale, samples->gathered.sums.raw).ns;
        samples->folded += sample->function == SAMPLES_DEEPER ? sample->calls : 0;
    }
}

/* What has no room in a tree that is full depends on what came before: then one worker makes it all. */
static struct samples *make(const struct plan *plan, const struct gather_source *source, struct error *error)
{
    struct gather_source again = *source;
    struct samples *samples = gather(&samples_kind, plan, source, error);
    if (samples == NULL || !samples->full)
        return samples;
    samples_free(samples);
    again.workers = 1;
    again.piece_events = UINT64_MAX;
    again.watch = NULL;
    return gather(&samples_kind, plan, &again, error);
}

struct samples *samples_make(struct tape *tape, const struct filter_choice *choice, bool per_thread,
                             const struct profile *profile, const struct calls_watch *watch, struct error *error)
{
    struct plan plan = {tape, choice, per_thread};
    struct gather_source source = {.tape = tape, .choice = choice, .raw = profile->sums.raw, .watch = watch};
    struct samples *samples = make(&plan, &source, error);
    if (samples != NULL && samples->full && per_thread) {
        samples_free(samples);
        plan.per_thread = false;
        source.watch = NULL;
        samples = make(&plan, &source, error);
    }
    if (samples == NULL)
        return NULL;
    finish(samples, scale_of(tape));
    samples->gathered.sums.excess_ns = profile->sums.excess_ns;
    if (samples_agree(samples, profile) == 0)
        return samples;
    error_set(error, "out of memory for the sums of functions");
    samples_free(samples);
    return NULL;
}

void samples_free(struct samples *samples)
{
    destroy(samples);
}
