/* Callgrind's profile, valgrind.org/docs/manual/cl-format.html: each function's own nanoseconds, and for each that it
 * calls how often and how long. What was called from nowhere is called by one function that stands for the program. */
#include <stdlib.h>

#include "analyze/graph.h"
#include "base/text.h"
#include "export/words.h"

struct callgrind {
    const struct export_sums *sums;
    struct output *output;
    struct graph graph;
    bool *named; /* by function: its name was written, the number is enough */
};

static const struct label *label_of(const struct callgrind *callgrind, uint32_t index)
{
    return labels_get(callgrind->sums->source->labels, callgrind->graph.functions[index].function);
}

static void write_escaped(struct output *output, const char *text)
{
    output_made(output, text_escaped(text, true));
}

/* Of paths in the directory where it runs callgrind_annotate cuts the beginning, but not where they are called: twice
 * the functions then. With another slash in front it does not. */
static void write_path(struct output *output, const char *path)
{
    output_text(output, path[0] == '/' ? "/" : "");
    write_escaped(output, path);
}

/* `prefix` "c": as one that is called. Number 1 is the program. */
static void write_function(struct callgrind *callgrind, const char *prefix, uint32_t index)
{
    struct output *output = callgrind->output;
    const struct label *label = label_of(callgrind, index);
    output_format(output, "%sob=", prefix);
    write_escaped(output, label->module);
    output_format(output, "\n%s=", *prefix == 'c' ? "cfi" : "fl");
    write_path(output, label->file != NULL ? label->file : "???");
    output_format(output, "\n%sfn=(%u)", prefix, index + 2);
    if (!callgrind->named[index]) {
        callgrind->named[index] = true;
        output_text(output, " ");
        write_escaped(output, label->name);
        if (label->distinct != NULL) {
            output_text(output, " [");
            write_escaped(output, label->distinct);
            output_text(output, "]");
        }
    }
    output_text(output, "\n");
}

static void write_edge(struct callgrind *callgrind, const struct graph_edge *edge)
{
    write_function(callgrind, "c", edge->to);
    output_format(callgrind->output, "calls=%llu %u\n%u %llu\n", (unsigned long long)edge->calls,
                  label_of(callgrind, edge->to)->line,
                  edge->from != CT_NONE ? label_of(callgrind, edge->from)->line : 0,
                  (unsigned long long)edge->total_ns);
}

/* Edges stand in the order of their callers, outermost calls last. */
static void write_edges(struct callgrind *callgrind, uint32_t from, size_t *next)
{
    const struct graph *graph = &callgrind->graph;
    for (; *next < graph->edge_count && graph->edges[*next].from == from; ++*next)
        write_edge(callgrind, &graph->edges[*next]);
}

static void write_start(struct callgrind *callgrind)
{
    struct output *output = callgrind->output;
    char command[1024];
    uint64_t sum = 0;
    for (size_t i = 0; i < callgrind->graph.function_count; i++)
        sum += callgrind->graph.functions[i].self_ns;
    words_command(callgrind->sums->source->overview->session, command, sizeof command);
    output_text(output, "# callgrind format\nversion: 1\ncreator: calltape " CALLTAPE_VERSION "\ncmd: ");
    write_escaped(output, command);
    output_format(output, "\npositions: line\nevent: ns : nanoseconds\nevents: ns\nsummary: %llu\n",
                  (unsigned long long)sum);
}

static void write_all(struct callgrind *callgrind)
{
    struct output *output = callgrind->output;
    size_t next = 0;
    write_start(callgrind);
    for (uint32_t i = 0; i < callgrind->graph.function_count && !output_gone(output); i++) {
        output_text(output, "\n");
        write_function(callgrind, "", i);
        output_format(output, "%u %llu\n", label_of(callgrind, i)->line,
                      (unsigned long long)callgrind->graph.functions[i].self_ns);
        write_edges(callgrind, i, &next);
    }
    output_text(output, "\nob=\nfl=???\nfn=(1) [program]\n0 0\n");
    write_edges(callgrind, CT_NONE, &next);
}

int callgrind_write(const struct export_sums *sums, struct output *output)
{
    struct callgrind callgrind = {.sums = sums, .output = output};
    if (graph_make(&callgrind.graph, sums->paths, sums->profile, sums->error) != 0)
        return -1;
    callgrind.named = calloc(callgrind.graph.function_count + 1, sizeof *callgrind.named);
    if (callgrind.named != NULL)
        write_all(&callgrind);
    graph_free(&callgrind.graph);
    bool memory = callgrind.named != NULL;
    free(callgrind.named);
    return memory ? 0 : error_set(sums->error, "out of memory for names");
}
