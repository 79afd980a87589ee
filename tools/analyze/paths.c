#include "analyze/paths.h"

#include <stdlib.h>

/* What a node's calls took. */
struct node_took {
    struct took total, self;
};

struct maker {
    const struct tape_function *functions;
    struct path *nodes;
    struct node_took *tooks; /* one a node */
    size_t count, room;
    uint32_t *table; /* open addressing by (parent, function): node indices, 0: free */
    size_t slots;    /* a power of two */
    uint32_t root;   /* of the thread being read */
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
    return error_set(maker->error, "out of memory after %zu paths", maker->count);
}

static size_t slot_of(const struct maker *maker, uint32_t parent, uint32_t function)
{
    uint64_t mixed = ((uint64_t)parent << 32 | function) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(mixed >> 32) & (maker->slots - 1);
}

/* The slot that holds the child, or the free one where it belongs. */
static uint32_t *find_slot(const struct maker *maker, uint32_t parent, uint32_t function)
{
    size_t slot = slot_of(maker, parent, function);
    while (maker->table[slot] != 0) {
        const struct path *node = &maker->nodes[maker->table[slot]];
        if (node->parent == parent && node->function == function)
            break;
        slot = (slot + 1) & (maker->slots - 1);
    }
    return &maker->table[slot];
}

static int grow_table(struct maker *maker)
{
    size_t slots = maker->slots != 0 ? 2 * maker->slots : 1024;
    uint32_t *table = calloc(slots, sizeof *table);
    if (table == NULL)
        return no_memory(maker);
    free(maker->table);
    maker->table = table;
    maker->slots = slots;
    for (uint32_t i = 1; i < maker->count; i++)
        if (maker->nodes[i].function != CT_NONE)
            *find_slot(maker, maker->nodes[i].parent, maker->nodes[i].function) = i;
    return 0;
}

static int grow_nodes(struct maker *maker)
{
    size_t room = maker->room != 0 ? 2 * maker->room : 256;
    struct path *nodes = realloc(maker->nodes, room * sizeof *nodes);
    if (nodes != NULL)
        maker->nodes = nodes;
    struct node_took *tooks = nodes != NULL ? realloc(maker->tooks, room * sizeof *tooks) : NULL;
    if (tooks == NULL)
        return no_memory(maker);
    maker->tooks = tooks;
    maker->room = room;
    return 0;
}

/* A new node's index, or CT_NONE without memory. */
static uint32_t add_node(struct maker *maker, uint32_t parent, uint32_t function, uint32_t process, uint32_t depth)
{
    if (maker->count == maker->room && grow_nodes(maker) != 0)
        return CT_NONE;
    maker->tooks[maker->count] = (struct node_took){0};
    maker->nodes[maker->count] = (struct path){
        .function = function,
        .process = process,
        .parent = parent,
        .first_child = CT_NONE,
        .next = CT_NONE,
        .depth = depth,
    };
    return (uint32_t)maker->count++;
}

/* The tag of a call of `function` made from the node `parent`; -1 without memory. */
static int64_t child_of(struct maker *maker, uint32_t parent, uint32_t function)
{
    const struct path *from = &maker->nodes[parent];
    if (maker->fold_recursion && from->function == function)
        return parent | RECURSIVE;
    uint32_t depth = from->function != CT_NONE ? from->depth + 1 : 0;
    if (2 * maker->count >= maker->slots && grow_table(maker) != 0)
        return -1;
    uint32_t *slot = find_slot(maker, parent, function);
    if (*slot != 0)
        return *slot;
    if (maker->count >= PATHS_MOST_NODES || depth >= PATHS_MOST_DEPTH)
        return parent | FOLDED;
    uint32_t node = add_node(maker, parent, function, CT_NONE, depth);
    if (node == CT_NONE)
        return -1;
    *slot = node;
    return node;
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
        took_bound(&maker->tooks[parent->tag & NODE].self, run, call->gap_slack);
    if (parent != NULL && (parent->tag & FOLDED) != 0) {
        call->tag = parent->tag;
        return 0;
    }
    uint32_t function = maker->functions[call->function].same;
    int64_t tag = child_of(maker, parent != NULL ? parent->tag & NODE : maker->root, function);
    call->tag = (uint32_t)tag;
    if (tag >= 0 && is_outermost(call->tag))
        took_bound(&maker->tooks[call->tag].total, run, call->start_slack);
    return tag < 0 ? -1 : 0;
}

static void count_time(struct maker *maker, const struct call *call)
{
    struct node_took *took = &maker->tooks[call->tag & NODE];
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
    struct path *node = &maker->nodes[call->tag & NODE];
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
    took_bound(&maker->tooks[call->tag & NODE].self, maker->runs_before + run, slack);
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
            nodes[i] = add_node(maker, 0, CT_NONE, i, 0);
        else
            nodes[i] = 0;
        if (nodes[i] == CT_NONE)
            return -1;
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

static int compare_nodes(const void *a, const void *b, void *context)
{
    const struct path *nodes = context, *one = &nodes[*(const uint32_t *)a], *other = &nodes[*(const uint32_t *)b];
    if (one->total.ns != other->total.ns)
        return one->total.ns > other->total.ns ? -1 : 1;
    if (one->calls != other->calls)
        return one->calls > other->calls ? -1 : 1;
    return one < other ? -1 : one > other;
}

/* Links the children of all nodes, largest first: sorts all nodes from smallest to largest, each goes to the front. */
static int link_children(struct paths *paths)
{
    uint32_t *order = malloc(paths->count * sizeof *order);
    if (order == NULL)
        return -1;
    for (uint32_t i = 0; i < paths->count; i++)
        order[i] = i;
    qsort_r(order, paths->count, sizeof *order, compare_nodes, paths->nodes);
    for (size_t i = paths->count; i-- != 0;) {
        struct path *node = &paths->nodes[order[i]];
        if (node->parent == CT_NONE)
            continue;
        node->next = paths->nodes[node->parent].first_child;
        paths->nodes[node->parent].first_child = order[i];
    }
    free(order);
    return 0;
}

/* A child is made after its parent, so going backwards every node is whole before it is added to its parent. */
static void sum_roots(struct paths *paths, struct node_took *tooks)
{
    for (size_t i = paths->count; i-- != 1;) {
        const struct path *node = &paths->nodes[i];
        struct took *parent = &tooks[node->parent].total;
        paths->folded += node->folded;
        if (paths->nodes[node->parent].function != CT_NONE)
            continue;
        took_add(parent, tooks[i].total.ticks, tooks[i].total.cost);
        took_bound(parent, i, tooks[i].total.bound);
    }
}

static void fill_durations(struct paths *paths, const struct node_took *tooks, struct scale scale)
{
    for (size_t i = 0; i < paths->count; i++) {
        paths->nodes[i].total = took_duration(&tooks[i].total, scale, paths->sums.raw);
        paths->nodes[i].self = took_duration(&tooks[i].self, scale, paths->sums.raw);
    }
    for (size_t i = paths->count; i-- != 1;) {
        struct path *node = &paths->nodes[i], *parent = &paths->nodes[node->parent];
        if (node->total.ns < node->self.ns)
            node->total.ns = node->self.ns;
        if (parent->total.ns < node->total.ns)
            parent->total.ns = node->total.ns;
    }
    double whole = (double)paths->nodes[0].total.ns;
    for (size_t i = 0; i < paths->count; i++)
        paths->nodes[i].share = whole > 0 ? (double)paths->nodes[i].total.ns / whole : 0;
}

static void mark_hot(struct paths *paths)
{
    struct path *node = &paths->nodes[0];
    node->hot = true;
    while (node->first_child != CT_NONE) {
        struct path *child = &paths->nodes[node->first_child];
        if (child->total.ns == 0 || child->total.ns < node->total.ns / 2)
            break;
        child->hot = true;
        node = child;
    }
}

static int finish(struct paths *paths, struct node_took *tooks, const struct tape *tape,
                  const struct filter_choice *choice, struct error *error)
{
    sum_roots(paths, tooks);
    fill_durations(paths, tooks, scale_of(tape));
    if (link_children(paths) != 0)
        return error_set(error, "out of memory for %zu paths", paths->count);
    mark_hot(paths);
    sums_finish(&paths->sums, tape, choice);
    return 0;
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
    int status = add_node(&maker, CT_NONE, CT_NONE, CT_NONE, 0) == 0 ? 0 : -1;
    if (status == 0)
        status = read_threads(&maker, paths, tape, choice, watch);
    paths->nodes = maker.nodes;
    paths->count = maker.count;
    free(maker.table);
    if (status == 0)
        status = finish(paths, maker.tooks, tape, choice, error);
    free(maker.tooks);
    return status;
}

void paths_free(struct paths *paths)
{
    free(paths->nodes);
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
