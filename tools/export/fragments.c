#include "export/fragments.h"

#include <stdlib.h>

int fragments_init(struct fragments *fragments, const struct export_source *source, fragment_make *make,
                   struct error *error)
{
    *fragments = (struct fragments){.labels = source->labels, .make = make};
    tape_functions(source->tape, &fragments->count);
    fragments->of = calloc(fragments->count + (size_t)1, sizeof *fragments->of);
    if (fragments->of == NULL)
        return error_set(error, "out of memory for %u functions", fragments->count);
    fragments->output = output_memory(error);
    return fragments->output != NULL ? 0 : -1;
}

void fragments_free(struct fragments *fragments)
{
    for (uint32_t i = 0; fragments->of != NULL && i < fragments->count; i++)
        free(fragments->of[i].text);
    free(fragments->of);
    if (fragments->output != NULL)
        output_close(fragments->output, NULL);
    *fragments = (struct fragments){0};
}

const struct fragment *fragments_make(struct fragments *fragments, uint32_t function)
{
    struct fragment *fragment = &fragments->of[function];
    fragments->make(fragments->output, labels_get(fragments->labels, function));
    fragment->text = output_taken(fragments->output, &fragment->length);
    return fragment->text != NULL ? fragment : NULL;
}
