/* Tables whose columns are not known beforehand, row by row as they come. */
#ifndef CALLTAPE_EMIT_LISTING_H
#define CALLTAPE_EMIT_LISTING_H

#include "base/cell.h"
#include "base/output.h"

enum listing_format { LISTING_TEXT, LISTING_JSON, LISTING_CSV };

struct listing;

/* NULL: no memory. */
struct listing *listing_create(struct output *output, enum listing_format format);
void listing_destroy(struct listing *listing); /* NULL is allowed */

/* One table after the other; `listing` is a struct listing. In text, columns are as wide as the first hundreds of rows
 * need, which are held until then, and text is cut where a row would not fit the output's width. Nonzero: there is no
 * memory, or nobody reads any more. */
int listing_begin(void *listing, const char *const *names, int count);
int listing_row(void *listing, const struct cell *cells, int count);
int listing_end(void *listing);

#endif
