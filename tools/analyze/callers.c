#include "analyze/callers.h"

#include <stdlib.h>

#include "analyze/call_edges.h"

struct making {
    const struct call_edges *edges;
    struct scale scale;
    bool raw;
};

static double share_of(uint64_t part, uint64_t whole)
{
    return whole != 0 ? (double)part / (double)whole : 0;
}

static int by_time(const void *left, const void *right)
{
    const struct callers_edge *a = left, *b = right;
    if (a->time.ns != b->time.ns)
        return a->time.ns > b->time.ns ? -1 : 1;
    if (a->calls != b->calls)
        return a->calls > b->calls ? -1 : 1;
    return (a->function > b->function) - (a->function < b->function);
}

/* The edges of one side of a subject, into *list; their number, or -1 without memory. */
static int64_t take_edges(const struct making *making, uint32_t subject, bool callees, struct callers_edge **list)
{
    const struct numbers *all = &making->edges->edges;
    size_t count = 0;
    *list = malloc((all->count + 1) * sizeof **list);
    if (*list == NULL)
        return -1;
    for (size_t i = 0; i < all->slots; i++) {
        const struct call_edge *edge = all->table[i];
        if (edge != NULL && edge->subject == subject && edge->callee == callees)
            (*list)[count++] = (struct callers_edge){
                .function = edge->other,
                .calls = edge->calls,
                .nested = edge->nested,
                .time = took_duration(&edge->time, making->scale, making->raw),
            };
    }
    qsort(*list, count, sizeof **list, by_time);
    return (int64_t)count;
}

static void fill_node(const struct making *making, struct callers_node *node, uint32_t subject)
{
    const struct call_subject *of = &making->edges->of[subject];
    *node = (struct callers_node){
        .function = making->edges->subjects->functions[subject],
        .calls = of->calls,
        .nested = of->nested,
        .jumped = of->jumped,
        .open = of->open,
        .total = took_duration(&of->total, making->scale, making->raw),
        .self = took_duration(&of->self, making->scale, making->raw),
        .away = took_duration(&of->away, making->scale, making->raw),
        .shallow = of->shallow,
        .deepest = of->deepest,
    };
    took_agree(&node->total, &node->self, took_same(&of->total, &of->self),
               making->raw ? 0 : took_longest_ns(&of->longest, making->scale));
    node->away.ns = node->away.ns < node->total.ns ? node->away.ns : node->total.ns;
}

/* An edge's time is part of the total, however both were corrected. */
static void share_edges(struct callers_edge *edges, size_t count, uint64_t total)
{
    for (size_t i = 0; i < count; i++) {
        edges[i].time.ns = edges[i].time.ns < total ? edges[i].time.ns : total;
        edges[i].share = share_of(edges[i].time.ns, total);
    }
}

static int fill_edges(const struct making *making, struct callers_node *node, uint32_t subject)
{
    int64_t callers = take_edges(making, subject, false, &node->callers);
    int64_t callees = callers >= 0 ? take_edges(making, subject, true, &node->callees) : -1;
    if (callees < 0)
        return -1;
    node->caller_count = (size_t)callers;
    node->callee_count = (size_t)callees;
    share_edges(node->callers, node->caller_count, node->total.ns);
    share_edges(node->callees, node->callee_count, node->total.ns);
    for (size_t i = 0; i < node->caller_count; i++)
        node->called_from_outside = node->called_from_outside || node->callers[i].function == CT_NONE;
    return 0;
}

static int fill(struct callers *callers, const struct making *making)
{
    uint32_t count = making->edges->subjects->count;
    callers->nodes = calloc(count + (size_t)1, sizeof *callers->nodes);
    if (callers->nodes == NULL)
        return -1;
    for (uint32_t i = 0; i < count; i++) {
        struct callers_node *node = &callers->nodes[callers->count++];
        fill_node(making, node, i);
        node->share = share_of(node->total.ns, callers->sums.traced_ns);
        if (fill_edges(making, node, i) != 0)
            return -1;
    }
    return 0;
}

int callers_make(struct callers *callers, const struct subjects *subjects, const struct gather_source *source,
                 struct error *error)
{
    uint32_t functions;
    const struct call_edges_plan plan = {tape_functions(source->tape, &functions), subjects};
    *callers = (struct callers){0};
    struct call_edges *edges = gather(&call_edges_kind, &plan, source, error);
    if (edges == NULL)
        return -1;
    callers->sums = edges->gathered.sums;
    const struct making making = {edges, scale_of(source->tape), source->raw};
    int status = fill(callers, &making);
    call_edges_kind.destroy(edges);
    return status == 0 ? 0 : error_set(error, "out of memory for callers and callees");
}

void callers_free(struct callers *callers)
{
    for (size_t i = 0; i < callers->count; i++) {
        free(callers->nodes[i].callers);
        free(callers->nodes[i].callees);
    }
    free(callers->nodes);
    *callers = (struct callers){0};
}
