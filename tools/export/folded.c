/* Folded stacks, as flamegraph.pl reads them: a line a path, its functions from the outermost on, its own nanoseconds.
 */
#include <stdlib.h>

#include "base/text.h"
#include "export/fragments.h"

/* Names may hold neither what parts them nor line breaks. */
static void write_word(struct output *output, const char *text)
{
    char *safe = text_escaped(text, true);
    for (char *at = safe; at != NULL && *at != '\0'; at++)
        if (*at == ';')
            *at = ':';
    output_made(output, safe);
}

static void make_name(struct output *output, const struct label *label)
{
    write_word(output, label->name);
    if (label->distinct == NULL)
        return;
    output_text(output, " [");
    write_word(output, label->distinct);
    output_text(output, "]");
}

struct folded {
    const struct export_sums *sums;
    struct output *output;
    struct fragments names;
};

static int write_frame(struct folded *folded, const struct path *node, bool first)
{
    if (!first)
        output_bytes(folded->output, ";", 1);
    if (node->function == CT_NONE) {
        const struct tape_process *process = folded->sums->source->overview->processes[node->process].it;
        write_word(folded->output, process->command);
        output_format(folded->output, " (%u)", process->pid);
        return 0;
    }
    const struct fragment *name = fragments_get(&folded->names, node->function);
    if (name == NULL)
        return error_set(folded->sums->error, "out of memory for names");
    output_bytes(folded->output, name->text, name->length);
    return 0;
}

static int write_path(struct folded *folded, uint32_t number, bool deeper)
{
    const struct path *nodes = folded->sums->paths->nodes;
    uint32_t way[PATHS_MOST_DEPTH + 2];
    size_t count = 0;
    int status = 0;
    for (uint32_t at = number; at != 0; at = nodes[at].parent)
        way[count++] = at;
    for (size_t i = count; i > 0 && status == 0; i--)
        status = write_frame(folded, &nodes[way[i - 1]], i == count);
    if (deeper)
        output_text(folded->output, count != 0 ? ";" EXPORT_DEEPER : EXPORT_DEEPER);
    output_format(folded->output, " %llu\n",
                  (unsigned long long)(deeper ? nodes[number].folded_ns : nodes[number].self.ns));
    return status;
}

int folded_write(const struct export_sums *sums, struct output *output)
{
    struct folded folded = {sums, output, {0}};
    int status = fragments_init(&folded.names, sums->source, make_name, sums->error);
    for (uint32_t i = 0; i < sums->paths->count && status == 0; i++) {
        const struct path *node = &sums->paths->nodes[i];
        if (node->function != CT_NONE && node->self.ns != 0)
            status = write_path(&folded, i, false);
        if (node->folded_ns != 0 && status == 0)
            status = write_path(&folded, i, true);
    }
    fragments_free(&folded.names);
    return status;
}
