/* The functions that a verb's first operand means. */
#ifndef CALLTAPE_CMD_SUBJECTS_H
#define CALLTAPE_CMD_SUBJECTS_H

#include "analyze/subjects.h"
#include "cmd/display.h"

/* What --help says of the operand FUNCTION. */
#define CMD_FUNCTION_HELP                                                                                              \
    "FUNCTION is a name, a glob ('parse_*') or a regular expression behind re:, as for the\n"                          \
    "filters. Of functions of one name a single one is meant by what reports print behind\n"                           \
    "it: 'work [libfoo.so]'."

/* Zero-initialise. */
struct chosen_subjects {
    struct subjects all;
    uint32_t *functions, *of; /* what `all` points to */
};

/* Opens as show_open does, with the function's name as the first operand: more than `most` functions are wrong usage.
 * False: an error was printed and *status is the exit status; nothing is left open. */
bool subjects_open(struct chosen_subjects *subjects, uint32_t most, struct show *show, const struct usage *usage,
                   int argc, char **argv, int *status);
void subjects_free(struct chosen_subjects *subjects);

#endif
