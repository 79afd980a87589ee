/* What --args and --returns say: "make_data", "only_in_first:na,nb", "handle_*:req->path,req->len", "parse:buf/s64". */
#ifndef CALLTAPE_RECIPE_SPEC_H
#define CALLTAPE_RECIPE_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "match/pattern.h"
#include "symbol/functions.h"

enum { SPEC_PATHS = 32 };

struct spec {
    const char *text; /* as it was given */
    bool result;      /* of --returns */
    bool glob;        /* or a regular expression: it may mean functions that have nothing of what is asked */
    struct pattern *pattern;
    struct leaf_wish paths[SPEC_PATHS];
    size_t path_count;
    char *copy; /* the paths and the pattern are in it */
};

/* -1 with the error set: what is wrong, and at which column. To be given to spec_free in any case. */
int spec_parse(struct spec *spec, const char *text, bool result, struct error *error);
void spec_free(struct spec *spec);

/* Whether a function is meant, by the source's name or by the whole one. */
bool spec_matches(const struct spec *spec, const char *name, const char *qualified);

#endif
