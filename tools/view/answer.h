/* What the viewer's server answers, whatever carries it. Thread-safe.
 *
 *   meta                            JSON, once: view/meta.h
 *   state                           JSON: how far the pyramid is made, what became of the tape
 *   tiles?level&from&to&threads     the tiles from `from` to `to` of the threads (0,3-7,...), each behind 24 bytes,
 *                                   and the coarser ones that show as much where there are none
 *   nodes?from                      view/nodes.h
 *   sums?from&to&threads            where the time between two times went, by node
 *   rows?from&to&threads            the functions between two times: view/rows.h
 *   habit?function                  view/habit.h
 *   call?thread&depth&at&from&to    JSON: the call at `at`, among those that end between the two
 *   next?thread&function&at&back    JSON: where the function's first call at `at` or later (back=0), or the last one
 *                                   at `at` or before (1), begins; without `thread` in any
 *   source?function                 JSON: the lines around its first, where the file is there
 *
 * Times are nanoseconds since the recording's start. A tile's 24 bytes are numbers of 32 bits, lowest byte first:
 * thread, enum tile_status, the tile's lower and upper half, bytes, level; the bytes (view/levels.h) follow, to a
 * multiple of 4. Sums are LEB128 numbers, for each node: by how much its number is more than the one's before, calls,
 * ns, cost in ns. What is none of these is a file of the page (view/page.h). */
#ifndef CALLTAPE_VIEW_ANSWER_H
#define CALLTAPE_VIEW_ANSWER_H

#include "analyze/labels.h"
#include "view/pyramid.h"

enum tile_status {
    TILE_PENDING, /* not made yet */
    TILE_HERE,
    TILE_COARSER, /* the next coarser level shows as much: nothing begins or ends, or all that does is long */
};

/* Of one question; `parameter` gives NULL where it was not told. */
struct question {
    const char *path;
    const char *(*parameter)(void *context, const char *name);
    void *context;
};

struct answer {
    unsigned status; /* of HTTP */
    const char *type;
    struct bytes bytes;
};

struct viewer {
    struct pyramid *pyramid;
    const struct labels *labels;
};

void answer(const struct viewer *viewer, const struct question *question, struct answer *answer);

#endif
