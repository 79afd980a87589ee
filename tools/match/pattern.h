/* What users write for names: a glob (fnmatch), or "re:" and a regular expression (PCRE2) that is searched for anywhere
 * in the name. The only place that knows either. */
#ifndef CALLTAPE_MATCH_PATTERN_H
#define CALLTAPE_MATCH_PATTERN_H

#include <stddef.h>

#include "base/error.h"

struct pattern;

/* `text` must live as long as the pattern. NULL with the error set: no valid expression, or no memory. */
struct pattern *pattern_create(const char *text, struct error *error);
void pattern_destroy(struct pattern *pattern); /* NULL is allowed */

/* 1: it matches, 0: not, -1 with the error set: the expression needs more time or memory than is allowed. What equals
 * a glob letter by letter matches it too: "operator[]". */
int pattern_matches(const struct pattern *pattern, const char *name, struct error *error);
/* The same for a text that may have NULs within, which a glob takes for \1. */
int pattern_matches_text(const struct pattern *pattern, const char *text, size_t size, struct error *error);
/* The same for a function's name: a glob may match what follows the last :: as well ("find", of
 * "std::map<int>::find<long>(int)"), with its template arguments and parameters or without, and one with :: what
 * follows any ("map::find", of "std::map::find"), with unnamed namespaces or without. */
int pattern_matches_function(const struct pattern *pattern, const char *name, struct error *error);
/* The same for a path: a glob may match all of it or what follows any of its slashes. */
int pattern_matches_path(const struct pattern *pattern, const char *path, struct error *error);

#endif
