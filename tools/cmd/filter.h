/* The filters, the same words for every verb that shows calls. */
#ifndef CALLTAPE_CMD_FILTER_H
#define CALLTAPE_CMD_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "base/error.h"
#include "base/options.h"
#include "calls/filter.h"

/* As the command line has them. Initialise to CMD_FILTER. */
struct cmd_filter {
    struct option_list functions, excludes, modules, files, threads, processes, under, until;
    const char *min_time, *range, *where;
    uint64_t depth;
    bool anywhere; /* a function that is named need not be in this tape: it may be in another that is looked at */
    bool raw;      /* the verb's --raw: what --min-time means holds what recording cost */
};

#define CMD_FILTER ((struct cmd_filter){.depth = UINT64_MAX})

enum { FILTER_OPTIONS = 12 };
void filter_options(struct cmd_filter *filter, struct option options[FILTER_OPTIONS]);

/* What --help says of them. */
extern const char filter_help[];

bool filter_is_given(const struct cmd_filter *filter); /* any of them */

/* What the filters choose of a tape; zero-initialise. */
struct chosen {
    struct filter_choice choice;
    const struct filter_choice *all; /* &choice, or NULL: there are no filters */
    uint32_t *threads;
    uint8_t *functions;
    struct call_marks *marked;
};

/* 0, or the exit status: 2 where the filters name something that is not there or are malformed, 1 where the tape could
 * not be read; the error is set. --until reads the tape up to that call, --where all of the threads chosen. */
int filter_resolve(struct chosen *chosen, const struct cmd_filter *filter, struct tape *tape,
                   const struct labels *labels, struct error *error);
void filter_free(struct chosen *chosen);

#endif
