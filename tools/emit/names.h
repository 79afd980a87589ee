/* Functions' names and places as they are printed: shortened, escaped once, and measured. */
#ifndef CALLTAPE_EMIT_NAMES_H
#define CALLTAPE_EMIT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "base/json.h"
#include "base/output.h"
#include "base/text.h"

/* Safe for a terminal. */
struct shown_name {
    char *text; /* "name", or "name [libfoo.so]" where several have that name */
    size_t width;
    char *place; /* "file.c:12", "src/file.c:12" where that tells two apart; "": not known */
    char *brief; /* the name that goes before its place: without what the place tells */
};

struct shown_names;

/* `functions`: number of function ids. `shorten`: "map<…>::find", where no other function is called the same then.
 * NULL: no memory. */
struct shown_names *shown_names_create(const struct labels *labels, uint32_t functions, bool shorten, bool utf8);
void shown_names_destroy(struct shown_names *names);

/* Never NULL. */
const struct shown_name *shown_names_get(struct shown_names *names, uint32_t function);
/* False: there was no memory for one of them, and something else stands in its place. */
bool shown_names_whole(const struct shown_names *names);

/* "0x1234"; NULL for the unknown function. */
const char *shown_address(char buffer[TEXT_NUMBER], const struct label *label);
/* The members that tell which function an object is of: function, module, file, line. */
void json_label(struct json *json, const struct label *label);

/* Prints the name and, dim, the place where both fit into `columns` (0: no limit); else the name alone, cut where it
 * must be. The place begins in column `aligned` where the name is not longer. Returns the columns used. */
size_t print_name(struct output *output, const struct shown_name *name, const char *place, size_t aligned,
                  size_t columns);

/* Prints `text` in at most `columns` (0: no limit), an ellipsis for its middle where it does not fit. Returns the
 * columns used. */
size_t print_cut(struct output *output, const char *text, size_t columns);
/* The same of text that was made for it, which it frees; NULL: there was no memory. */
size_t print_cut_made(struct output *output, char *text, size_t columns);

#endif
