/* Which functions an analysis is about. */
#ifndef CALLTAPE_ANALYZE_SUBJECTS_H
#define CALLTAPE_ANALYZE_SUBJECTS_H

#include <stddef.h>
#include <stdint.h>

struct subjects {
    const uint32_t *functions; /* lowest ids, rising */
    uint32_t count;
    const uint32_t *of; /* by any function id: the index in `functions`, or CT_NONE */
};

#endif
