/* The page that `view --html` and `export --to html` write. */
#ifndef CALLTAPE_CMD_PAGE_H
#define CALLTAPE_CMD_PAGE_H

#include "analyze/labels.h"
#include "base/output.h"
#include "view/pyramid.h"

enum { PAGE_DEFAULT_BYTES = 8 * 1000 * 1000 };

/* What the page shows of the calls of `choice` (NULL: all), read to the end; `counted` as is wished of it. NULL: the
 * error is set. */
struct pyramid *page_pyramid(struct tape *tape, const struct filter_choice *choice, bool counted, struct error *error);

/* `most_bytes` 0: PAGE_DEFAULT_BYTES, and more where the names and paths alone take more, which is said; else never
 * more, if page_try returned 0: it comes before a file is opened for the page. */
int page_try(struct pyramid *pyramid, const struct labels *labels, uint64_t most_bytes, struct error *error);
int page_write(const char *verb, struct pyramid *pyramid, const struct labels *labels, uint64_t most_bytes,
               struct output *output, struct error *error);

#endif
