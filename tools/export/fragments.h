/* What a format writes of each function, made once. */
#ifndef CALLTAPE_EXPORT_FRAGMENTS_H
#define CALLTAPE_EXPORT_FRAGMENTS_H

#include <stddef.h>

#include "export/export.h"

struct fragment {
    char *text; /* NULL: not made yet */
    size_t length;
};

typedef void fragment_make(struct output *output, const struct label *label);

struct fragments {
    struct fragment *of; /* by function */
    uint32_t count;
    const struct labels *labels;
    fragment_make *make;
    struct output *output; /* memory in which one is made */
};

/* -1: the error is set; fragments_free may be called. */
int fragments_init(struct fragments *fragments, const struct export_source *source, fragment_make *make,
                   struct error *error);
void fragments_free(struct fragments *fragments);

/* NULL: no memory. */
const struct fragment *fragments_make(struct fragments *fragments, uint32_t function);

static inline const struct fragment *fragments_get(struct fragments *fragments, uint32_t function)
{
    const struct fragment *fragment = &fragments->of[function];
    return fragment->text != NULL ? fragment : fragments_make(fragments, function);
}

#endif
