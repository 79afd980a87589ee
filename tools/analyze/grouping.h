/* Which functions are taken together. */
#ifndef CALLTAPE_ANALYZE_GROUPING_H
#define CALLTAPE_ANALYZE_GROUPING_H

#include "analyze/labels.h"

enum grouping { BY_FUNCTION, BY_FILE, BY_MODULE, BY_THREAD, BY_PROCESS };

/* By function id: the lowest id of its group; where threads or processes are told apart, all functions are one group.
 * To be freed; NULL: no memory. */
uint32_t *grouping_keys(const struct tape *tape, const struct labels *labels, enum grouping by);

/* What a group of functions is called: the path of its file ("": not known) or module, else its function's name. */
const char *grouping_name(const struct labels *labels, uint32_t key, enum grouping by);

#endif
