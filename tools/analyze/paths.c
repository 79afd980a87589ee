#include "analyze/paths.h"

#include <stdlib.h>

#include "analyze/path_nodes.h"

struct maker {
    const struct tape_function *functions;
    struct path_nodes all;
    uint32_t root; /* of the thread being read */
    bool fold_recursion;
    uint64_t runs_before; /* of the threads before */
    uint64_t last_run;    /* of this one */
    struct sums *sums;
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

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct maker *maker = context;
    uint64_t run = maker->runs_before + call->start_run;
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
    uint64_t run = maker->runs_before + call->end_run;
    maker->last_run = call->end_run;
    took_add(&took->self, call_self_ticks(call), call_self_cost(call));
    took_bound(&took->self, run, call->gap_slack);
    if (!is_outermost(call->tag))
        return;
    took_add(&took->total, call_total_ticks(call), call_total_cost(call));
    took_bound(&took->total, run, call->end_slack);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct maker *maker = context;
    struct path *node = &maker->all.nodes[call->tag & NODE];
    bool own = call_counts(call);
    (void)parent;
    sums_call(maker->sums, call);
    count_time(maker, call);
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
    sums_note(maker->sums, event);
    return 0;
}

static void gap(void *context, const struct call *call, uint64_t run, uint64_t slack)
{
    const struct maker *maker = context;
    took_bound(&maker->all.tooks[call->tag & NODE].self, maker->runs_before + run, slack);
}

/* Each process with recorded threads gets a node where there are several. */
static int add_processes(struct maker *maker, struct paths *paths, struct tape *tape,
                         const struct filter_choice *choice, uint32_t *nodes, uint32_t count)
{
    uint32_t threads;
    const struct tape_thread *thread = tape_threads(tape, &threads);
    for (uint32_t i = 0; i < count; i++)
        nodes[i] = 0;
    for (uint32_t i = 0; i < filter_threads(choice, tape); i++) {
        const struct tape_thread *it = &thread[filter_thread(choice, i)];
        paths->processes += nodes[it->process] == 0 && it->events != 0;
        nodes[it->process] |= it->events != 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (nodes[i] != 0)
            paths->only_process = paths->processes == 1 ? i : CT_NONE;
        if (nodes[i] != 0 && paths->processes > 1)
            nodes[i] = path_nodes_add(&maker->all, 0, CT_NONE, i, 0);
        else
            nodes[i] = 0;
        if (nodes[i] == CT_NONE)
            return no_memory(maker);
    }
    return 0;
}

static int read_threads(struct maker *maker, struct paths *paths, struct tape *tape, const struct filter_choice *choice,
                        const struct calls_watch *watch)
{
    const struct calls_receiver receiver = {.begin = begin, .end = end, .note = note, .context = maker, .gap = gap};
    struct sums *sums = maker->sums;
    uint32_t threads, processes;
    const struct tape_thread *thread = tape_threads(tape, &threads);
    tape_processes(tape, &processes);
    uint32_t *nodes = malloc((processes + (size_t)1) * sizeof *nodes);
    int status = nodes != NULL ? add_processes(maker, paths, tape, choice, nodes, processes) : no_memory(maker);
    for (uint32_t i = 0; status == 0 && i < filter_threads(choice, tape); i++) {
        uint32_t chosen = filter_thread(choice, i);
        maker->root = nodes[thread[chosen].process];
        status = calls_of_thread(tape, chosen, choice, &receiver, watch, &sums->times, &sums->left, maker->error);
        maker->runs_before += maker->last_run;
        maker->last_run = 0;
    }
    free(nodes);
    return status;
}

int paths_make(struct paths *paths, struct tape *tape, const struct filter_choice *choice, bool fold_recursion,
               bool raw, const struct calls_watch *watch, struct error *error)
{
    uint32_t functions;
    *paths = (struct paths){.only_process = CT_NONE, .sums = {.raw = raw}};
    struct maker maker = {.functions = tape_functions(tape, &functions),
                          .fold_recursion = fold_recursion,
                          .sums = &paths->sums,
                          .error = error};
    int status = path_nodes_add(&maker.all, CT_NONE, CT_NONE, CT_NONE, 0) == 0 ? 0 : no_memory(&maker);
    if (status == 0)
        status = read_threads(&maker, paths, tape, choice, watch);
    if (status == 0 && path_nodes_finish(&maker.all, paths, scale_of(tape)) != 0)
        status = no_memory(&maker);
    if (status == 0)
        sums_finish(&paths->sums, tape, choice);
    path_nodes_free(&maker.all);
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

size_t paths_select(struct paths *paths, double least_share)
{
    size_t hidden = 0;
    for (size_t i = 1; i < paths->count; i++) {
        struct path *node = &paths->nodes[i];
        bool small = node->share < least_share;
        node->hidden = node->function != CT_NONE && (small || paths->nodes[node->parent].hidden);
        hidden += node->hidden;
    }
    for (size_t i = 1; i < paths->count; i++)
        paths->nodes[i].chained = !paths->nodes[i].hidden && begins_chain(paths, &paths->nodes[i]);
    return hidden;
}
