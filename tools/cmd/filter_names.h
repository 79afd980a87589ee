/* Which functions, threads and processes of a tape the words of filters mean. */
#ifndef CALLTAPE_CMD_FILTER_NAMES_H
#define CALLTAPE_CMD_FILTER_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "base/error.h"
#include "base/options.h"
#include "tape/tape.h"

enum filter_kind { FILTER_FUNCTIONS, FILTER_MODULES, FILTER_FILES };

struct filter_names {
    const struct labels *labels;
    const struct tape_function *functions;
    char **briefs; /* the names as reports shorten them, by function id */
    uint32_t count;
    bool lenient; /* what means no function is no mistake */
};

/* Both return 0, or the exit status with the error set: 2 where a word is malformed or means nothing in this tape. */
int filter_names_make(struct filter_names *names, const struct tape *tape, const struct labels *labels,
                      struct error *error);
/* Sets matches[id] to whether any of the list's words means the function, for all ids. `option` NULL: it is the verb's
 * operand. */
int filter_names_match(const struct filter_names *names, const char *option, const struct option_list *list,
                       enum filter_kind kind, uint8_t *matches, struct error *error);
void filter_names_free(struct filter_names *names);

/* The threads that both lists let through, into chosen[0 .. *count - 1], which has room for all. Returns as above. */
int filter_threads_match(const struct tape *tape, const struct option_list *processes,
                         const struct option_list *threads, uint32_t *chosen, uint32_t *count, struct error *error);

#endif
