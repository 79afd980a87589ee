/* The page and all that it shows in one file, for sending to somebody. */
#ifndef CALLTAPE_VIEW_HTML_H
#define CALLTAPE_VIEW_HTML_H

#include "analyze/labels.h"
#include "base/output.h"
#include "view/pyramid.h"

/* How fine a pyramid for a file is. */
extern const uint64_t html_events_a_bucket, html_exact_events;

/* The pyramid must be whole. Tiles of the finest levels are left out as far as the file would else be larger than
 * `most_bytes`. */
int html_write(struct pyramid *pyramid, const struct labels *labels, uint64_t most_bytes, struct output *output,
               struct error *error);

#endif
