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

/* A process, or a thread and, where there are several, its process before it. */
static void write_root(const struct folded *folded, uint32_t part)
{
    const struct overview *overview = folded->sums->source->overview;
    bool per_thread = folded->sums->samples->per_thread;
    const struct tape_thread *thread = per_thread ? overview->threads[part].it : NULL;
    const struct tape_process *process = overview->processes[per_thread ? thread->process : part].it;
    if (!per_thread || overview->process_count > 1) {
        write_word(folded->output, process->command);
        output_format(folded->output, per_thread ? " (%u);" : " (%u)", process->pid);
    }
    if (per_thread) {
        write_word(folded->output, thread->name);
        output_format(folded->output, " (%u)", thread->tid);
    }
}

static int write_frame(struct folded *folded, const struct sample *sample, bool first)
{
    if (!first)
        output_bytes(folded->output, ";", 1);
    if (sample->function == CT_NONE) {
        write_root(folded, sample->parent);
        return 0;
    }
    if (sample->function == SAMPLES_DEEPER) {
        output_text(folded->output, EXPORT_DEEPER);
        return 0;
    }
    const struct fragment *name = fragments_get(&folded->names, sample->function);
    if (name == NULL)
        return error_set(folded->sums->error, "out of memory for names");
    output_bytes(folded->output, name->text, name->length);
    return 0;
}

static int write_path(struct folded *folded, const struct sample *sample)
{
    const struct sample *all = folded->sums->samples->of, *way[PATHS_MOST_DEPTH + 2], *at = sample;
    size_t count = 0;
    int status = 0;
    for (; at->function != CT_NONE; at = &all[at->parent])
        way[count++] = at;
    if (at->parent != CT_NONE)
        way[count++] = at;
    for (size_t i = count; i > 0 && status == 0; i--)
        status = write_frame(folded, way[i - 1], i == count);
    output_format(folded->output, " %llu\n", (unsigned long long)sample->ns);
    return status;
}

int folded_write(const struct export_sums *sums, struct output *output)
{
    const struct samples *samples = sums->samples;
    struct folded folded = {sums, output, {0}};
    int status = fragments_init(&folded.names, sums->source, make_name, sums->error);
    for (size_t i = samples->roots; i < samples->count && status == 0 && !output_gone(output); i++)
        if (samples->of[i].ns != 0)
            status = write_path(&folded, &samples->of[i]);
    fragments_free(&folded.names);
    return status;
}
