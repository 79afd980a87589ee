/* Tables whose columns are not known beforehand, row by row as they come. */
#ifndef CALLTAPE_EMIT_ROWS_H
#define CALLTAPE_EMIT_ROWS_H

#include "base/cell.h"
#include "base/output.h"

enum rows_format { ROWS_TEXT, ROWS_JSON, ROWS_CSV };

struct rows;

/* NULL: no memory. */
struct rows *rows_create(struct output *output, enum rows_format format);
void rows_destroy(struct rows *rows); /* NULL is allowed */

/* One table after the other; `rows` is a struct rows. In text, columns are as wide as the first hundreds of rows need,
 * which are held until then, and text is cut where a row would not fit the output's width. Nonzero: there is no memory,
 * or nobody reads any more. */
int rows_begin(void *rows, const char *const *names, int count);
int rows_row(void *rows, const struct cell *cells, int count);
int rows_end(void *rows);

#endif
