#include "analyze/paths.h"

#include <stdlib.h>

#include "analyze/path_nodes.h"
#include "calls/crew.h"
#include "calls/pairing.h"

/* What one worker reads goes here. */
struct maker {
    const struct tape_function *functions;
    const struct tape_thread *threads;
    const uint32_t *roots; /* nodes by process */
    struct path_nodes all;
    uint32_t root; /* of the thread being read */
    bool fold_recursion;
    struct sums sums;
    struct call_parts *parts; /* of the piece being read */
    struct error *error;
};

/* call.tag: the node, and whether the call is folded into it for want of room, or as a level of recursion. */
#define FOLDED UINT32_C(0x80000000)
#define RECURSIVE UINT32_C(0x40000000)
#define NODE (RECURSIVE - 1)

_Static_assert(PATHS_MOST_NODES <= NODE, "a tag holds all three");

static int no_memory(const struct maker *maker)
{
    return error_set(maker->error, "out of memory after %zu paths", maker->all.count);
}

/* The tag of a call of `function` made from the node `parent`; -1 without memory. */
static int64_t child_of(struct maker *maker, uint32_t parent, uint32_t function)
{
    const struct path *from = &maker->all.nodes[parent];
    if (maker->fold_recursion && from->function == function)
        return parent | RECURSIVE;
    int64_t node = path_nodes_child(&maker->all, parent, function, PATHS_MOST_NODES);
    if (node == PATH_NO_MEMORY)
        return no_memory(maker);
    return node == PATH_NO_ROOM ? (int64_t)(parent | FOLDED) : node;
}

/* Where the time of a call from outside is counted. */
static bool is_outermost(uint32_t tag)
{
    return (tag & (FOLDED | RECURSIVE)) == 0;
}

static inline __attribute__((always_inline)) int begin(void *context, struct call *call, const struct call *parent)
{
    struct maker *maker = context;
    uint64_t run = call->start_run;
    if (parent != NULL)
        took_bound(&maker->all.tooks[parent->tag & NODE].self, run, call->gap_slack);
    if (parent != NULL && (parent->tag & FOLDED) != 0) {
        call->tag = parent->tag;
        return 0;
    }
    uint32_t function = maker->functions[call->function].same;
    int64_t tag = child_of(maker, parent != NULL ? parent->tag & NODE : maker->root, function);
    call->tag = (uint32_t)tag;
    if (tag >= 0 && is_outermost(call->tag))
        took_bound(&maker->all.tooks[call->tag].total, run, call->start_slack);
    return tag < 0 ? -1 : 0;
}

static void count_time(struct maker *maker, const struct call *call)
{
    struct path_took *took = &maker->all.tooks[call->tag & NODE];
    uint64_t run = call->end_run;
    double self = (double)call_self_ticks(call) - (double)call_self_cost(call) / 16;
    took->squares += self * self;
    took_add(&took->self, call_self_ticks(call), call_self_cost(call));
    took_bound(&took->self, run, call->gap_slack);
    if (!is_outermost(call->tag))
        return;
    took_add(&took->total, call_total_ticks(call), call_total_cost(call));
    took_bound(&took->total, run, call->end_slack);
}

static void note_longest(struct maker *maker, uint32_t tag, const struct call *call)
{
    if ((tag & FOLDED) == 0 && call_counts(call))
        took_longest(&maker->all.tooks[tag & NODE].longest, call_total_ticks(call), call_total_cost(call));
}

/* Calls around one that came in parts did so too, and stand before it. */
static void whole(void *context, const struct call *call)
{
    struct maker *maker = context;
    int64_t tag = maker->root;
    for (const struct call *at = call - call->depth; at <= call && tag >= 0 && (tag & FOLDED) == 0; at++)
        tag = child_of(maker, tag & NODE, maker->functions[at->function].same);
    if (tag >= 0)
        note_longest(maker, (uint32_t)tag, call);
}

static inline __attribute__((always_inline)) int end(void *context, struct call *call, const struct call *parent)
{
    struct maker *maker = context;
    struct path *node = &maker->all.nodes[call->tag & NODE];
    bool own = call_counts(call);
    (void)parent;
    sums_call(&maker->sums, call);
    count_time(maker, call);
    if (!call_is_part(call))
        note_longest(maker, call->tag, call);
    else if (call_parts_add(maker->parts, call) != 0)
        return no_memory(maker);
    if ((call->tag & FOLDED) != 0) {
        node->folded += own;
        return 0;
    }
    node->recursive += own && (call->tag & RECURSIVE) != 0;
    node->calls += own;
    node->jumped += own && (call->flags & CALL_JUMPED) != 0;
    node->open += own && (call->flags & CALL_OPEN) != 0;
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    struct maker *maker = context;
    sums_note(&maker->sums, event);
    return 0;
}

static void gap(void *context, const struct call *call, uint64_t run, uint64_t slack)
{
    const struct maker *maker = context;
    took_bound(&maker->all.tooks[call->tag & NODE].self, run, slack);
}

static const struct tape_event *plain(struct calls *calls, const struct tape_event *event,
                                      const struct tape_event *last, int *status)
{
    return pair_plain(calls, begin, end, NULL, event, last, status);
}

static int enter(void *context, uint32_t thread, struct call_parts *parts)
{
    struct maker *maker = context;
    maker->parts = parts;
    maker->root = maker->roots[maker->threads[thread].process];
    return 0;
}

/* ---- by several workers ----------------------------------------------------------------------------------------- */

struct making {
    struct paths *paths;
    struct tape *tape;
    const struct filter_choice *choice;
    bool fold_recursion;
    const struct calls_watch *watch;
    struct calls_share share;
    uint32_t *roots; /* by process: its node where there are several, else the root */
    struct error *error;
};

/* Each process with recorded threads has a node where there are several, behind the root. */
static void place_processes(struct making *making)
{
    uint32_t threads, count, node = 0;
    struct paths *paths = making->paths;
    const struct tape_thread *thread = tape_threads(making->tape, &threads);
    tape_processes(making->tape, &count);
    for (uint32_t i = 0; i < filter_threads(making->choice, making->tape); i++) {
        const struct tape_thread *it = &thread[filter_thread(making->choice, i)];
        paths->processes += making->roots[it->process] == 0 && it->events != 0;
        making->roots[it->process] |= it->events != 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (making->roots[i] != 0)
            paths->only_process = paths->processes == 1 ? i : CT_NONE;
        making->roots[i] = making->roots[i] != 0 && paths->processes > 1 ? ++node : 0;
    }
}

static int init_maker(struct maker *maker, const struct making *making, struct error *error)
{
    uint32_t count;
    *maker = (struct maker){
        .functions = tape_functions(making->tape, &count),
        .threads = tape_threads(making->tape, &count),
        .roots = making->roots,
        .fold_recursion = making->fold_recursion,
        .error = error,
    };
    if (path_nodes_add(&maker->all, CT_NONE, CT_NONE, CT_NONE, 0) != 0)
        return no_memory(maker);
    tape_processes(making->tape, &count);
    for (uint32_t i = 0; i < count; i++)
        if (making->roots[i] != 0 && path_nodes_add(&maker->all, 0, CT_NONE, i, 0) == CT_NONE)
            return no_memory(maker);
    return 0;
}

/* What did not find room in a tree that is full depends on what came before: then one worker makes it all. */
static int join_makers(struct maker *makers, uint32_t count)
{
    for (uint32_t i = 0; i < count && count > 1; i++)
        if (makers[i].all.count >= PATHS_MOST_NODES)
            return CALLS_MISFIT;
    for (uint32_t i = 1; i < count; i++) {
        int status = path_nodes_join(&makers[0].all, &makers[i].all);
        if (status != 0)
            return status == PATH_NO_ROOM ? CALLS_MISFIT : no_memory(&makers[0]);
        path_nodes_free(&makers[i].all);
    }
    return 0;
}

static int finish(const struct making *making, struct maker *makers)
{
    struct paths *paths = making->paths;
    for (uint32_t i = 0; i < making->share.workers; i++)
        sums_move(&paths->sums, &makers[i].sums);
    if (path_nodes_finish(&makers[0].all, paths, scale_of(making->tape)) != 0)
        return no_memory(&makers[0]);
    sums_finish(&paths->sums, making->tape, making->choice);
    uint64_t shown = 0;
    for (size_t i = 0; i < paths->count; i++)
        shown += paths->nodes[i].self.ns;
    paths->sums.excess_ns = scale_less(shown, paths->sums.traced_ns);
    return 0;
}

static int make(const struct making *making, struct maker *makers, struct calls_receiver *receivers,
                struct error *errors)
{
    struct sums *sums = &making->paths->sums;
    struct tape_times times = {0};
    struct filter_left left = {0};
    int status = 0;
    for (uint32_t i = 0; i < making->share.workers && status == 0; i++) {
        receivers[i] = (struct calls_receiver){
            .begin = begin, .end = end, .note = note, .context = &makers[i], .gap = gap, .plain = plain};
        status = init_maker(&makers[i], making, &errors[i]);
        if (status != 0)
            *making->error = errors[i];
    }
    const struct calls_crew crew = {
        .share = making->share, .receivers = receivers, .errors = errors, .enter = enter, .whole = whole};
    if (status == 0)
        status = calls_of_tape(making->tape, making->choice, &crew, making->watch, &times, &left, making->error);
    if (status == 0 && (status = join_makers(makers, making->share.workers)) < 0)
        *making->error = errors[0];
    if (status != 0)
        return status;
    tape_times_add(&sums->times, &times);
    filter_left_sum(&sums->left, &left);
    if ((status = finish(making, makers)) != 0)
        *making->error = errors[0];
    return status;
}

static int try_make(const struct making *making)
{
    uint32_t workers = making->share.workers;
    struct maker *makers = calloc(workers, sizeof *makers);
    struct calls_receiver *receivers = calloc(workers, sizeof *receivers);
    struct error *errors = calloc(workers, sizeof *errors);
    int status = -1;
    if (makers != NULL && receivers != NULL && errors != NULL)
        status = make(making, makers, receivers, errors);
    else
        error_set(making->error, "out of memory for %u readers", workers);
    for (uint32_t i = 0; makers != NULL && i < workers; i++)
        path_nodes_free(&makers[i].all);
    free(makers);
    free(receivers);
    free(errors);
    return status;
}

static int make_shared(struct making *making, uint32_t *threads)
{
    uint32_t count = filter_threads(making->choice, making->tape);
    for (uint32_t i = 0; i < count; i++)
        threads[i] = filter_thread(making->choice, i);
    place_processes(making);
    making->share = calls_share(making->tape, threads, count);
    int status = try_make(making);
    if (status != CALLS_MISFIT)
        return status;
    making->share.workers = 1;
    making->share.piece_events = UINT64_MAX;
    making->watch = NULL;
    return try_make(making);
}

int paths_make(struct paths *paths, struct tape *tape, const struct filter_choice *choice, bool fold_recursion,
               bool raw, const struct calls_watch *watch, struct error *error)
{
    uint32_t processes;
    tape_processes(tape, &processes);
    *paths = (struct paths){.only_process = CT_NONE, .sums = {.raw = raw}};
    struct making making = {paths, tape, choice, fold_recursion, watch, .error = error};
    uint32_t *threads = malloc((filter_threads(choice, tape) + (size_t)1) * sizeof *threads);
    making.roots = calloc(processes + (size_t)1, sizeof *making.roots);
    int status = -1;
    if (threads != NULL && making.roots != NULL)
        status = make_shared(&making, threads);
    else
        error_set(error, "out of memory for %u processes", processes);
    free(threads);
    free(making.roots);
    return status;
}

void paths_free(struct paths *paths)
{
    free(paths->nodes);
    free(paths->tooks);
    *paths = (struct paths){0};
}

static bool begins_chain(const struct paths *paths, const struct path *node)
{
    const struct path *only = NULL;
    for (uint32_t i = node->first_child; i != CT_NONE; i = paths->nodes[i].next) {
        if (only != NULL && !paths->nodes[i].hidden)
            return false;
        only = paths->nodes[i].hidden ? only : &paths->nodes[i];
    }
    return only != NULL && node->function != CT_NONE && only->function != node->function &&
           only->calls == node->calls && only->jumped == node->jumped && only->open == node->open &&
           node->recursive == 0 && node->folded == 0 && only->total.ns >= node->total.ns - node->total.ns / 100;
}

size_t paths_select(struct paths *paths, double least_share, uint32_t levels)
{
    size_t hidden = 0;
    paths->too_deep = 0;
    for (size_t i = 1; i < paths->count; i++) {
        struct path *node = &paths->nodes[i];
        bool function = node->function != CT_NONE, small = node->share < least_share;
        node->hidden = function && (small || node->depth >= levels || paths->nodes[node->parent].hidden);
        hidden += node->hidden;
        paths->too_deep += function && !small && node->depth >= levels;
    }
    for (size_t i = 1; i < paths->count; i++)
        paths->nodes[i].chained = !paths->nodes[i].hidden && begins_chain(paths, &paths->nodes[i]);
    return hidden;
}
