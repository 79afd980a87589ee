/* What a page must know of a tape before it draws: JSON. */
#ifndef CALLTAPE_VIEW_META_H
#define CALLTAPE_VIEW_META_H

#include "analyze/labels.h"
#include "view/bytes.h"
#include "view/pyramid.h"

/* The recording, its processes, threads and functions. */
int meta_write(struct pyramid *pyramid, const struct labels *labels, struct bytes *to, struct error *error);
/* How far the pyramid is: what changes while it is made. */
int meta_write_state(struct pyramid *pyramid, struct bytes *to, struct error *error);

#endif
