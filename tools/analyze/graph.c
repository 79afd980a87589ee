#include "analyze/graph.h"

#include <stdlib.h>

#include "analyze/agreement.h"

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for the graph of calls");
}

static uint32_t functions_of(const struct paths *paths, const struct profile *profile)
{
    uint32_t most = 0;
    for (size_t i = 0; i < profile->count; i++)
        if (profile->rows[i].function > most)
            most = profile->rows[i].function;
    for (size_t i = 0; i < paths->count; i++)
        if (paths->nodes[i].function != CT_NONE && paths->nodes[i].function > most)
            most = paths->nodes[i].function;
    return most + 1;
}

/* ---- functions --------------------------------------------------------------------------------------------------- */

static int by_total(const void *left, const void *right)
{
    const struct graph_function *a = left, *b = right;
    if (a->total_ns != b->total_ns)
        return a->total_ns > b->total_ns ? -1 : 1;
    return (a->function > b->function) - (a->function < b->function);
}

static int make_functions(struct graph *graph, const struct profile *profile)
{
    graph->functions = malloc((profile->count + 1) * sizeof *graph->functions);
    if (graph->functions == NULL)
        return -1;
    for (size_t i = 0; i < profile->count; i++) {
        const struct profile_row *row = &profile->rows[i];
        graph->functions[graph->function_count++] =
            (struct graph_function){row->function, row->calls, row->self.ns, row->total.ns};
    }
    qsort(graph->functions, graph->function_count, sizeof *graph->functions, by_total);
    return 0;
}

/* ---- edges ------------------------------------------------------------------------------------------------------- */

/* By function id: its index (CT_NONE: it has none), how many calls of it are open on the way to where the walk stands.
 */
struct place {
    uint32_t index, open;
};

static int by_ends(const void *left, const void *right)
{
    const struct graph_edge *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static void add_edge(struct graph *graph, const struct paths *paths, const struct path *node, struct place *places)
{
    const struct path *caller = &paths->nodes[node->parent];
    if (places[node->function].index == CT_NONE)
        return;
    graph->edges[graph->edge_count++] = (struct graph_edge){
        .from = caller->function != CT_NONE ? places[caller->function].index : CT_NONE,
        .to = places[node->function].index,
        .calls = node->calls,
        .total_ns = places[node->function].open == 0 ? node->total.ns : 0,
    };
}

/* Every path once, callers first. */
static void walk(struct graph *graph, const struct paths *paths, struct place *places)
{
    uint32_t at = paths->nodes[0].first_child;
    while (at != CT_NONE) {
        const struct path *node = &paths->nodes[at];
        if (node->function != CT_NONE) {
            add_edge(graph, paths, node, places);
            places[node->function].open++;
        }
        if (node->first_child != CT_NONE) {
            at = node->first_child;
            continue;
        }
        for (;; node = &paths->nodes[at = node->parent]) {
            if (node->function != CT_NONE)
                places[node->function].open--;
            if (node->next != CT_NONE || node->parent == 0)
                break;
        }
        at = node->next;
    }
}

static void merge_edges(struct graph *graph)
{
    struct graph_edge *edges = graph->edges;
    size_t kept = 0;
    qsort(edges, graph->edge_count, sizeof *edges, by_ends);
    for (size_t i = 0; i < graph->edge_count; i++) {
        if (kept == 0 || by_ends(&edges[kept - 1], &edges[i]) != 0) {
            edges[kept++] = edges[i];
            continue;
        }
        edges[kept - 1].calls += edges[i].calls;
        edges[kept - 1].total_ns += edges[i].total_ns;
    }
    graph->edge_count = kept;
}

static int edges_agree(struct graph *graph)
{
    struct agreement *of = calloc(graph->function_count + 1, sizeof *of);
    if (of == NULL)
        return -1;
    for (size_t i = 0; i < graph->function_count; i++)
        of[i].wanted = graph->functions[i].total_ns;
    for (size_t i = 0; i < graph->edge_count; i++)
        of[graph->edges[i].to].are += graph->edges[i].total_ns;
    for (size_t i = 0; i < graph->edge_count; i++)
        graph->edges[i].total_ns = agreed(&of[graph->edges[i].to], graph->edges[i].total_ns);
    free(of);
    return 0;
}

static int make_edges(struct graph *graph, const struct paths *paths, uint32_t functions)
{
    struct place *places = calloc(functions, sizeof *places);
    graph->edges = malloc((paths->count + 1) * sizeof *graph->edges);
    if (places == NULL || graph->edges == NULL) {
        free(places);
        return -1;
    }
    for (uint32_t i = 0; i < functions; i++)
        places[i].index = CT_NONE;
    for (uint32_t i = 0; i < graph->function_count; i++)
        places[graph->functions[i].function].index = i;
    walk(graph, paths, places);
    free(places);
    merge_edges(graph);
    return edges_agree(graph);
}

int graph_make(struct graph *graph, const struct paths *paths, const struct profile *profile, struct error *error)
{
    *graph = (struct graph){0};
    if (make_functions(graph, profile) == 0 && make_edges(graph, paths, functions_of(paths, profile)) == 0)
        return 0;
    graph_free(graph);
    return no_memory(error);
}

void graph_free(struct graph *graph)
{
    free(graph->functions);
    free(graph->edges);
    *graph = (struct graph){0};
}

/* ---- less of it -------------------------------------------------------------------------------------------------- */

static int by_time(const void *left, const void *right)
{
    const struct graph_edge *a = left, *b = right;
    if (a->total_ns != b->total_ns)
        return a->total_ns > b->total_ns ? -1 : 1;
    return by_ends(left, right);
}

void graph_keep(struct graph *graph, size_t functions, size_t edges)
{
    size_t kept = 0, between = 0;
    if (graph->function_count > functions) {
        graph->functions_left = graph->function_count - functions;
        graph->function_count = functions;
    }
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct graph_edge *edge = &graph->edges[i];
        between += edge->from != CT_NONE;
        if (edge->from < graph->function_count && edge->to < graph->function_count)
            graph->edges[kept++] = *edge;
    }
    qsort(graph->edges, kept, sizeof *graph->edges, by_time);
    graph->edge_count = kept < edges ? kept : edges;
    graph->edges_left = between - graph->edge_count;
    qsort(graph->edges, graph->edge_count, sizeof *graph->edges, by_ends);
}
