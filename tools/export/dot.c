/* Graphviz: functions as boxes, red by their own time, and who calls whom. Figures in nanoseconds are attributes, too.
 */
#include "analyze/graph.h"
#include "base/text.h"
#include "export/words.h"

struct dot {
    const struct export_sums *sums;
    struct output *output;
    struct graph graph;
    uint64_t whole_ns; /* all selfs */
};

static void write_text(struct output *output, const char *text)
{
    char safe[1024];
    text_escape(safe, sizeof safe, text, true);
    for (const char *at = safe; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            output_bytes(output, "\\", 1);
        output_bytes(output, at, 1);
    }
}

static void write_node(const struct dot *dot, uint32_t index)
{
    const struct graph_function *function = &dot->graph.functions[index];
    const struct label *label = labels_get(dot->sums->source->labels, function->function);
    char self[TEXT_NUMBER], total[TEXT_NUMBER], calls[TEXT_NUMBER];
    double share = dot->whole_ns != 0 ? (double)function->self_ns / (double)dot->whole_ns : 0;
    output_format(dot->output, "  n%u [label=\"", index);
    write_text(dot->output, label->name);
    output_format(dot->output,
                  "\\nself %s, %.1f%%\\ntotal %s\\n%s calls\", fillcolor=\"0.0 %.3f 1.0\", calls=%llu, self_ns=%llu, "
                  "total_ns=%llu",
                  text_duration(self, function->self_ns, true), 100 * share,
                  text_duration(total, function->total_ns, true), text_count(calls, function->calls), share,
                  (unsigned long long)function->calls, (unsigned long long)function->self_ns,
                  (unsigned long long)function->total_ns);
    if (label->file != NULL) {
        output_text(dot->output, ", tooltip=\"");
        write_text(dot->output, label->file);
        output_format(dot->output, ":%u\"", label->line);
    }
    output_text(dot->output, "];\n");
}

static void write_edge(const struct dot *dot, const struct graph_edge *edge)
{
    char calls[TEXT_NUMBER];
    double share = dot->whole_ns != 0 ? (double)edge->total_ns / (double)dot->whole_ns : 0;
    output_format(dot->output, "  n%u -> n%u [label=\"%s\", penwidth=%.2f, calls=%llu, total_ns=%llu];\n", edge->from,
                  edge->to, text_count(calls, edge->calls), 1 + 4 * (share < 1 ? share : 1),
                  (unsigned long long)edge->calls, (unsigned long long)edge->total_ns);
}

int dot_write(const struct export_sums *sums, struct output *output)
{
    struct dot dot = {.sums = sums, .output = output};
    if (graph_make(&dot.graph, sums->paths, sums->profile, sums->error) != 0)
        return -1;
    for (size_t i = 0; i < dot.graph.function_count; i++)
        dot.whole_ns += dot.graph.functions[i].self_ns;
    graph_keep(&dot.graph, sums->source->most_functions, SIZE_MAX);
    output_text(output, "digraph calls {\n  node [shape=box, style=filled, fontname=\"sans-serif\"];\n");
    sums->left->functions = dot.graph.functions_left;
    sums->left->edges = dot.graph.edges_left;
    if (dot.graph.functions_left != 0)
        output_format(output, "  // left out: %zu functions, %zu edges (--nodes)\n", dot.graph.functions_left,
                      dot.graph.edges_left);
    for (uint32_t i = 0; i < dot.graph.function_count; i++)
        write_node(&dot, i);
    for (size_t i = 0; i < dot.graph.edge_count; i++)
        write_edge(&dot, &dot.graph.edges[i]);
    output_text(output, "}\n");
    graph_free(&dot.graph);
    return 0;
}
