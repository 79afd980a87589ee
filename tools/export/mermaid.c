/* Mermaid's flow chart, as wikis and code hosts draw it: functions and who calls whom. They take 50,000 characters and
 * 500 edges at most. */
#include <string.h>

#include "analyze/graph.h"
#include "base/text.h"
#include "export/words.h"

enum { MOST_EDGES = 400, MOST_NAME = 200 };

/* Only what can mean nothing else stays as it is. */
static void write_text(struct output *output, const char *text)
{
    char safe[MOST_NAME];
    int32_t point;
    text_escape(safe, sizeof safe, text, true);
    for (const char *at = safe, *next = at; (point = text_decode(&next)) != 0; at = next)
        if (point > 0x7f || (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') ||
            (point >= 'a' && point <= 'z') || strchr(" _.,:/+-", point) != NULL)
            output_bytes(output, at, (size_t)(next - at));
        else
            output_format(output, "#%d;", point > 0 ? (int)point : '?');
}

static void write_node(const struct export_sums *sums, struct output *output, const struct graph *graph, uint32_t index)
{
    const struct graph_function *function = &graph->functions[index];
    char self[TEXT_NUMBER], total[TEXT_NUMBER];
    output_format(output, "  n%u[\"", index);
    write_text(output, labels_get(sums->source->labels, function->function)->name);
    output_format(output, "<br/>self %s, total %s\"]\n", text_duration(self, function->self_ns, true),
                  text_duration(total, function->total_ns, true));
}

int mermaid_write(const struct export_sums *sums, struct output *output)
{
    struct graph graph;
    char calls[TEXT_NUMBER];
    if (graph_make(&graph, sums->paths, sums->profile, sums->error) != 0)
        return -1;
    graph_keep(&graph, sums->source->most_functions, MOST_EDGES);
    sums->left->functions = graph.functions_left;
    sums->left->edges = graph.edges_left;
    output_text(output, "flowchart TD\n");
    if (graph.functions_left + graph.edges_left != 0)
        output_format(output, "  %%%% left out: %zu functions, %zu edges (--nodes)\n", graph.functions_left,
                      graph.edges_left);
    for (uint32_t i = 0; i < graph.function_count; i++)
        write_node(sums, output, &graph, i);
    for (size_t i = 0; i < graph.edge_count; i++)
        output_format(output, "  n%u -->|%s| n%u\n", graph.edges[i].from, text_count(calls, graph.edges[i].calls),
                      graph.edges[i].to);
    graph_free(&graph);
    return 0;
}
