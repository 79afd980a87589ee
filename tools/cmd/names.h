/* Names for a recording's functions: the tape says which addresses of which files occur, the files' symbols say what
 * they are called, their debug information where they were written. */
#ifndef CALLTAPE_CMD_NAMES_H
#define CALLTAPE_CMD_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cmd/cmd.h"
#include "tape/recover.h"
#include "tape/tape.h"
#include "tape/write.h"

/* What was found. `problems` are sentences for the user, one for each file whose functions have no names, and one for
 * all whose functions have no lines: what is wrong and what to do. Zero-initialise; names_free gives the memory back.
 */
struct names {
    const char *debug_directory; /* where to look first; NULL: the usual places only */
    bool again;                  /* ask for functions that have names as well; what is known already is not written */

    char **problems;
    size_t problem_count;
    uint32_t named, unnamed; /* functions; without `again` those that had names already are not counted */
    uint32_t lines;          /* of which the file and line were found */
    uint32_t news;           /* that were written */
    struct unlined {
        uint32_t functions, files; /* whose files have no debug information */
        char *file;                /* the first of them */
    } unlined;
    struct error error; /* set where a function here returned -1 */
};

/* Finds the names that the tape's functions lack and appends them to a tape being written. 0, or -1 where writing or
 * memory failed; missing names are no failure. `context` is a struct names. */
recover_names names_write;

/* The same into the open tape, for showing it. */
int names_apply(struct tape *tape, struct names *names);

/* Calls the tape's functions as it was asked for. */
int names_spell(struct tape *tape, const struct cmd_spelling *spelling, struct error *error);

/* Says the problems as warnings. */
void names_warn(const char *verb, const struct names *names);
void names_free(struct names *names);

#endif
