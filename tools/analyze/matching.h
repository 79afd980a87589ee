/* Which functions of several recordings are the same one.
 *
 * By the module's name, without the folder and the version behind ".so", and the function's name as the linker has it.
 * A process's own program is one module, whatever it is called. Where a recording has several functions of that name,
 * as static ones may be, the name of their file decides, and then the order of their lines. What has no name is the
 * same only at the same address of a module with the same build-id. */
#ifndef CALLTAPE_ANALYZE_MATCHING_H
#define CALLTAPE_ANALYZE_MATCHING_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "calls/filter.h"

/* One of the recordings that are compared. */
struct recording {
    struct tape *tape;
    const struct labels *labels;
    const struct filter_choice *choice; /* NULL: all calls */
    bool later;                         /* of the new side */
};

/* Where a matched function can be looked up: in a recording of the new side, if one has it. */
struct matched {
    uint32_t recording, function;
};

struct matching {
    struct matched *items;
    uint32_t count;
    uint32_t **of; /* by recording, by function id: the item; CT_NONE: function 0 has none */
    size_t recordings;
};

int matching_make(struct matching *matching, const struct recording *recordings, size_t count, struct error *error);
void matching_free(struct matching *matching);

#endif
